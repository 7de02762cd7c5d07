using JustAlexNet.Diagnosis;
using JustAlexNet.Models;
using JustAlexNet.Recipes;
using JustAlexNet.Tests.Support;
using static JustAlexNet.Recipes.CommonSettings;

namespace JustAlexNet.Runs.Tests;

/// <summary>Runs where there is little memory.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class MemoryTests : RunTestBase
{
    [Fact]
    public void Run_that_cannot_fit_is_refused_before_anything_is_written()
    {
        var options = Options(model: "densenet121", side: 64, output: "new").With(Precision, Runtime.Precision.Fp32);
        var refusal = Assert.Throws<NotEnoughMemoryException>(() => Run.Open(options, With(200)));
        Assert.StartsWith("training densenet121 with 4 pictures of 64 x 64 at once in fp32 takes about 0.", refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(options.Get(Output)));
    }

    [Fact]
    public void It_is_said_together_with_all_other_faults()
    {
        var options = Options(model: "densenet121", side: 64);
        Directory.CreateDirectory(options.Get(Output));
        File.WriteAllText(Files(options).Best, "kept");
        var refusal = Assert.Throws<SeveralFaultsException>(() => Run.Open(options, With(200)));
        Assert.Contains("training densenet121 with 4 pictures", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(options.Get(Output), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Saving_memory_a_moving_average_and_the_optimiser_count()
    {
        var options = Options(model: "densenet121", side: 64).With(Precision, Runtime.Precision.Fp32).With(TrainSettings.MemoryEfficient, true)
            .With(Training.WeightAverageOptions.DecaySetting, 0.9).With(Training.Optimisers.Optimizer, "adamw");
        var need = new MemoryUse(ModelCatalogue.Find("densenet121")!, 3, 4, 64) { MemoryEfficient = true, Copies = 1, OptimiserValues = 2, IsSaved = true }.Estimate().Total;
        using (var run = Run.Open(options, new RunEnvironment { Memory = new(() => need) })) Assert.DoesNotContain(run.Notes, note => note.Contains("may not fit", StringComparison.Ordinal));
        using var doubtful = Run.Open(options.With(Output, Scratch.At("other")), new RunEnvironment { Memory = new(() => need - 1) });
        Assert.Contains(doubtful.Notes, note => note.Contains("it may not fit. If the system ends the run, pass `batch_size` 3 or less", StringComparison.Ordinal));
    }

    [Fact]
    public void Check_of_arithmetic_counts_where_it_is_still_to_be_done()
    {
        var options = Options(model: "alexnet", side: 64).With(Precision, Runtime.Precision.Fp32).With(Training.SgdOptions.MomentumSetting, 0.0);
        var use = new MemoryUse(ModelCatalogue.Find("alexnet")!, 3, 4, 64) { OptimiserValues = 0, IsSaved = true };
        var cache = new ArithmeticCache(Scratch.At("checked"));
        RunEnvironment With(long bytes) => new() { Memory = new(() => bytes), Guard = new(LayerComputation.Real, cache) };

        var refusal = Assert.Throws<NotEnoughMemoryException>(() => Run.Open(options, With(use.Estimate().Total)));
        Assert.Matches(@"^training alexnet with 4 pictures of 64 x 64 at once in fp32 takes about (\d\.\d GiB), and before, once a machine, the check of its arithmetic \d\.\d GiB, and \1 are there [^\n]*\.\nMake memory free: the check is not done again\.$", refusal.Message);
        Run.Open(options, With((use with { Check = CheckBefore.Samples }).Estimate().Total)).Dispose();
        using var known = Run.Open(options, With(use.Estimate().Total));
        Assert.DoesNotContain(known.Notes, note => note.Contains("may not fit", StringComparison.Ordinal));
    }

    private static RunEnvironment With(long mebibytes) => new() { Memory = new(() => mebibytes << 20) };
}

/// <summary>Transfer where there is little memory.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class TransferMemoryTests : PretrainedFixture
{
    [Fact]
    public void Fine_tuning_that_cannot_fit_is_refused_and_a_head_alone_is_not()
    {
        var features = new MemoryUse(ModelCatalogue.Find("resnet18")!, 3, 32, Side) { Learns = false }.Estimate().Total;
        var little = new RunEnvironment { Memory = new(() => features * 88 / 100) };      // an estimate may be 15 % too high, and in fp32 fine-tuning on four pictures takes hardly more than the head
        Run.Open(Options()).Dispose();      // the check of arithmetic, which takes more than a head, is done and remembered
        var refusal = Assert.Throws<NotEnoughMemoryException>(() => Run.Open(Tuned(epochs: 1), little));
        Assert.StartsWith("training resnet18 with ", refusal.Message, StringComparison.Ordinal);
        Run.Open(Options(), little).Dispose();
        var none = Assert.Throws<NotEnoughMemoryException>(() => Run.Open(Options(), new RunEnvironment { Memory = new(() => features / 2) }));
        Assert.StartsWith("using resnet18 with ", none.Message, StringComparison.Ordinal);
        Assert.EndsWith("\nPass a smaller `image_size`, or make memory free.", none.Message, StringComparison.Ordinal);
    }
}
