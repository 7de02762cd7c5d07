using JustAlexNet.Runtime;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Diagnosis.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class ArithmeticGuardTests : IDisposable
{
    private static readonly ArithmeticSubject Subject = new(new("processor", 2, "libtorch 2.10", "ONEDNN_MAX_CPU_ISA="), "resnet18", 10, 224, ArithmeticGuard.Learning(Precision.Fp32, 32));

    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void What_was_right_is_not_computed_again()
    {
        var counted = new Counted();
        Assert.Null(Require(counted));
        var once = counted.Computed;
        Assert.True(once > 0);
        Assert.Null(Require(counted));
        Assert.Equal(once, counted.Computed);
        Assert.Null(Require(counted, classes: 8));
        Assert.Equal(2 * once, counted.Computed);
    }

    [Fact]
    public void What_is_wrong_is_refused_each_time_and_looked_at_anew()
    {
        var spoilt = new Spoilt(ArithmeticPart.Output);
        var refusal = Assert.Throws<NumericsException>(() => Require(spoilt));
        Assert.StartsWith("this machine computes resnet18 wrongly: layer4.0.", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("\nTo go on all the same, with results that cannot be trusted: `unsafe_numerics`.", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(3, refusal.Message.Split('\n').Length);
        var once = spoilt.Computed;
        Assert.Throws<NumericsException>(() => Require(spoilt));
        Assert.Equal(2 * once, spoilt.Computed);
        Assert.Null(Require(LayerComputation.Real));        // mended
    }

    [Fact]
    public void What_is_wrong_is_said_where_somebody_goes_on()
    {
        var note = new ArithmeticGuard(new Spoilt(ArithmeticPart.Output), new ArithmeticCache(scratch.Folder)).Require("resnet18", 7, 33, ComputeDevice.Cpu, ArithmeticGuard.Using(2), goOn: true);
        Assert.EndsWith("\n`unsafe_numerics`: going on all the same.", note, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_is_keyed_by_everything_that_may_change_the_outcome()
    {
        var memory = new ArithmeticCache(scratch.Folder);
        Assert.False(memory.Knows(Subject));
        memory.Remember(Subject);
        Assert.True(memory.Knows(Subject with { }));
        ArithmeticSubject[] others =
        [
            Subject with { Machine = Subject.Machine with { Processor = "another" } },
            Subject with { Machine = Subject.Machine with { Threads = 1 } },
            Subject with { Machine = Subject.Machine with { Versions = "libtorch 2.11" } },
            Subject with { Machine = Subject.Machine with { Settings = "ONEDNN_MAX_CPU_ISA=AVX2" } },
            Subject with { Network = "resnet34" },
            Subject with { Classes = 11 },
            Subject with { Side = 128 },
            Subject with { Uses = ArithmeticGuard.Learning(Precision.Fp32, 31) },
            Subject with { Uses = ArithmeticGuard.Learning(Precision.Bf16, 32) },
            Subject with { Uses = ArithmeticGuard.Learning(Precision.Fp32, 32, 64) },
            Subject with { Uses = ArithmeticGuard.Using(1, 2, 32) },
        ];
        Assert.All(others, other => Assert.False(memory.Knows(other), $"{other}"));
        Assert.Equal(others.Length, others.Select(other => $"{other}").Distinct().Count());
    }

    [Fact]
    public void This_machine_is_known_by_processor_threads_and_all_three_versions()
    {
        var (machine, versions) = (ArithmeticMachine.Here(), TorchRuntime.Versions());
        Assert.Equal(TorchRuntime.Threads, machine.Threads);
        Assert.Equal(ProcessorIdentity.Text, machine.Processor);
        foreach (var library in new[] { "libtorch", "torchsharp", "justalexnet" }) Assert.Contains($"{library} {versions[library]}", machine.Versions, StringComparison.Ordinal);
        Assert.Contains("ONEDNN_MAX_CPU_ISA=", machine.Settings, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_that_cannot_be_written_or_is_damaged_only_costs_time()
    {
        File.WriteAllText(scratch.At("file"), "no folder");
        foreach (var folder in new[] { Path.Combine(scratch.Folder, "file", "memory"), null })
        {
            var memory = new ArithmeticCache(folder);
            memory.Remember(Subject);
            Assert.False(memory.Knows(Subject));
        }
        var good = new ArithmeticCache(scratch.At("good"));
        good.Remember(Subject);
        File.WriteAllText(Directory.GetFiles(scratch.At("good")).Single(), "half a te");
        Assert.False(good.Knows(Subject));
        good.Remember(Subject);
        Assert.True(good.Knows(Subject));
    }

    [Fact]
    public void Uses_name_every_batch_size_once()
    {
        Assert.Equal([(Precision.Bf16, 1, true), (Precision.Bf16, 2, true), (Precision.Bf16, 32, true), (Precision.Fp32, 16, false)], Of(ArithmeticGuard.Learning(Precision.Bf16, 32, 16)));
        Assert.Equal([(Precision.Fp32, 1, true), (Precision.Fp32, 2, true)], Of(ArithmeticGuard.Learning(Precision.Fp32, 2, 2)));
        Assert.Equal([(Precision.Fp32, 1, true), (Precision.Fp32, 2, true), (Precision.Fp32, 32, true), (Precision.Fp32, 7, true)], Of(ArithmeticGuard.Learning(Precision.Fp32, [32, 7], 7)));

        static IEnumerable<(Precision, int, bool)> Of(IEnumerable<ArithmeticUse> uses) => uses.Select(use => (use.Precision, use.BatchSize, use.Learns));
    }

    [Theory]
    [InlineData(64, 32, new[] { 32 })]
    [InlineData(71, 32, new[] { 32, 7 })]
    [InlineData(20, 32, new[] { 20 })]
    [InlineData(32, 32, new[] { 32 })]
    public void Incomplete_last_batch_is_a_size_of_its_own(int pictures, int batchSize, int[] sizes) => Assert.Equal(sizes, ArithmeticGuard.SizesOf(pictures, batchSize));

    private string? Require(LayerComputation computation, int classes = 7) =>
        new ArithmeticGuard(computation, new ArithmeticCache(scratch.At("memory"))).Require("resnet18", classes, 33, ComputeDevice.Cpu, ArithmeticGuard.Using(1, 2), goOn: false);
}
