using JustAlexNet.Models;
using JustAlexNet.Runtime;
using JustAlexNet.Tests.Support;

namespace JustAlexNet.Diagnosis.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class MemoryGuardTests
{
    private const long Mebibyte = 1 << 20;

    // The largest resident set of `train` on 2 classes, SGD with momentum, in MiB: Linux, glibc, 2 cores with avx512_bf16.
    [Theory]
    [InlineData("resnet18", 16, 224, "bf16", false, 542)]
    [InlineData("resnet18", 48, 224, "bf16", false, 807)]
    [InlineData("alexnet", 48, 224, "bf16", false, 1245)]
    [InlineData("alexnet", 48, 224, "fp32", false, 1143)]
    [InlineData("alexnet", 16, 128, "bf16", false, 1132)]
    [InlineData("resnet18", 16, 128, "bf16", false, 456)]
    [InlineData("resnet18", 48, 128, "bf16", false, 529)]
    [InlineData("resnet18", 48, 224, "fp32", false, 1199)]
    [InlineData("densenet121", 16, 128, "bf16", false, 638)]
    [InlineData("densenet121", 16, 224, "bf16", false, 1196)]
    [InlineData("densenet121", 48, 128, "bf16", false, 1154)]
    [InlineData("densenet121", 48, 224, "bf16", true, 1632)]
    [InlineData("densenet121", 48, 224, "bf16", false, 2826)]
    [InlineData("densenet121", 48, 224, "fp32", false, 5019)]
    [InlineData("densenet121", 48, 224, "fp32", true, 2667)]
    public void Estimate_is_near_what_runs_took(string model, int batchSize, int side, string precision, bool memoryEfficient, int measured)
    {
        var use = new MemoryUse(ModelCatalogue.Find(model)!, 2, batchSize, side, precision == "bf16" ? Precision.Bf16 : Precision.Fp32) { MemoryEfficient = memoryEfficient };
        Assert.InRange((double)use.Estimate().Total / (measured * Mebibyte), 0.90, 1.25);
    }

    // The same where the check of arithmetic was still to be done: of `train`, of `transfer` with a head alone, of `models test` with 1000 classes.
    [Theory]
    [InlineData(true, CheckBefore.Samples, 2, 2, 1324)]
    [InlineData(true, CheckBefore.Samples, 2, 40, 1369)]
    [InlineData(false, CheckBefore.Samples, 2, 12, 979)]
    [InlineData(true, CheckBefore.Everything, 1000, 1, 2574)]
    [InlineData(true, CheckBefore.Everything, 1000, 8, 2595)]
    public void Estimate_of_the_check_is_near_what_alexnet_took(bool learns, CheckBefore check, int classes, int batchSize, int measured)
    {
        var need = new MemoryUse(ModelCatalogue.Find("alexnet")!, classes, batchSize, 224) { Learns = learns, Check = check }.Estimate();
        Assert.Equal(need.Check, need.Total);
        Assert.InRange((double)need.Total / (measured * Mebibyte), 0.90, 1.15);
    }

    [Fact]
    public void Of_use_and_check_the_larger_counts_and_a_smaller_batch_does_not_make_the_check_smaller()
    {
        var use = new MemoryUse(ModelCatalogue.Find("alexnet")!, 10, 8, 224) { Check = CheckBefore.Samples };
        var need = use.Estimate();
        Assert.Equal((use with { Check = CheckBefore.Nothing }).Estimate().Total, need.OfUse);
        Assert.Equal(need.Check, (use with { BatchSize = 1 }).Estimate().Total);
        var resnet = (Use(8) with { Check = CheckBefore.Samples }).Estimate();
        Assert.Equal(resnet.OfUse, resnet.Total);
        Assert.EndsWith("it may not fit. If the system ends the run, make memory free", new MemoryGuard(() => need.Total - 1).Require(use, ComputeDevice.Cpu), StringComparison.Ordinal);
        Assert.EndsWith(".\nPass a smaller `image_size`, or make memory free.", Assert.Throws<NotEnoughMemoryException>(() => With(90).Require(use, ComputeDevice.Cpu)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_add_up_and_grow_with_what_is_asked_for()
    {
        var use = Use(32);
        var (plain, twice) = (use.Estimate(), Use(64).Estimate());
        Assert.Equal(plain.Total, plain.Process + plain.Weights + plain.Gradients + plain.Optimiser + plain.Workspace + plain.Activations + plain.Batch);
        Assert.Equal(plain.Activations + plain.Batch, twice.Total - plain.Total);
        Assert.Equal(plain.Optimiser, (use with { OptimiserValues = 2 }).Estimate().Total - plain.Total);
        Assert.Equal(plain.Weights, (use with { Copies = 1 }).Estimate().Total - plain.Total);
        var (once, repeated) = ((use with { Learns = false, Repeats = false }).Estimate(), (use with { Learns = false }).Estimate());
        Assert.True(once.Total < plain.Total / 2);
        Assert.Equal(repeated.Weights, repeated.Total - once.Total);            // folded, the weights lie in memory once more
        Assert.Equal(64, plain.LargestBatch(twice.Total));
        Assert.Equal(63, plain.LargestBatch(twice.Total - 1));
        Assert.Equal(0, plain.LargestBatch(0));
    }

    [Fact]
    public void What_cannot_fit_is_refused_with_what_is_asked_there_and_to_change()
    {
        var use = new MemoryUse(ModelCatalogue.Find("densenet121")!, 10, 320, 224, Precision.Bf16);
        var fits = use.Estimate().LargestBatch(4096 * Mebibyte);
        var saving = (use with { MemoryEfficient = true }).Estimate().LargestBatch(4096 * Mebibyte);
        Assert.InRange(fits, 60, 90);
        Assert.InRange(saving, fits * 3 / 2, 320);
        var refusal = Assert.Throws<NotEnoughMemoryException>(() => With(4096).Require(use, ComputeDevice.Cpu, offersMemoryEfficient: true));
        Assert.Matches(
            @"^training densenet121 with 320 pictures of 224 x 224 at once in bf16 takes about 1[4-9]\.\d GiB, and 4\.0 GiB are there \(of the machine, or within the limit of its container\)\.\n"
            + $@"Pass `batch_size` {fits} or less, `memory_efficient` \(then {saving} fit\), a smaller `image_size`, or make memory free\.$", refusal.Message);
        Assert.Null(With(4096).Require(use with { BatchSize = fits }, ComputeDevice.Cpu));
        Assert.DoesNotContain("memory_efficient", Assert.Throws<NotEnoughMemoryException>(() => With(4096).Require(use, ComputeDevice.Cpu)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_batch_is_named_where_none_fits()
    {
        var refusal = Assert.Throws<NotEnoughMemoryException>(() => With(90).Require(Use(1), ComputeDevice.Cpu, offersMemoryEfficient: true));
        Assert.EndsWith("and 90 MiB are there (of the machine, or within the limit of its container).\nPass a smaller `image_size`, or make memory free.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_may_just_fit_is_let_through_with_a_word_and_what_fits_without()
    {
        var use = Use(64);
        var need = use.Estimate().Total;
        Assert.Null(new MemoryGuard(() => need).Require(use, ComputeDevice.Cpu));
        Assert.EndsWith("it may not fit. If the system ends the run, pass `batch_size` 63 or less, a smaller `image_size`", new MemoryGuard(() => need - 1).Require(use, ComputeDevice.Cpu), StringComparison.Ordinal);
        Assert.NotNull(new MemoryGuard(() => (long)(need * 0.86)).Require(use, ComputeDevice.Cpu));
        Assert.Throws<NotEnoughMemoryException>(() => new MemoryGuard(() => (long)(need * 0.84)).Require(use, ComputeDevice.Cpu));
    }

    [Fact]
    public void Nothing_is_refused_where_nothing_is_known() => Assert.Null(new MemoryGuard(() => null).Require(Use(1_000_000), ComputeDevice.Cpu));

    private static MemoryGuard With(long mebibytes) => new(() => mebibytes * Mebibyte);

    private static MemoryUse Use(int batchSize) => new(ModelCatalogue.Find("resnet18")!, 10, batchSize, 224);
}
