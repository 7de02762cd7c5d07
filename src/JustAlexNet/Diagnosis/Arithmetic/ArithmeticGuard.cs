using JustAlexNet.Models;
using JustAlexNet.Runtime;

namespace JustAlexNet.Diagnosis;

/// <summary>Numbers are checked before they are trusted: stands at the start of everything that learns.</summary>
/// <param name="computation">What is checked.</param>
/// <param name="memory">What was right before is not checked again.</param>
internal sealed class ArithmeticGuard(LayerComputation computation, ArithmeticCache memory)
{
    /// <summary>The networks' own code, remembered in the user's cache folder.</summary>
    public static ArithmeticGuard Standard => new(LayerComputation.Real, new ArithmeticCache(ArithmeticCache.StandardFolder));

    /// <summary>The sizes of an epoch's batches: the full one, and that of the last where pictures are left over; kernels may be right with one and wrong with the other.</summary>
    /// <param name="pictures">Training pictures, 1 or more.</param>
    /// <param name="batchSize">Pictures a batch, 1 or more.</param>
    public static int[] SizesOf(int pictures, int batchSize) => pictures <= batchSize ? [pictures] : pictures % batchSize is > 0 and var rest ? [batchSize, rest] : [batchSize];

    /// <summary>Learning in a precision with batches of one, two and the run's own size, and using the network in fp32 with these sizes besides.</summary>
    public static IReadOnlyList<ArithmeticUse> Learning(Precision precision, int batchSize, params int[] usedWith) => Learning(precision, [batchSize], usedWith);

    /// <summary>The same with all sizes of the run's batches, see <see cref="SizesOf"/>.</summary>
    public static IReadOnlyList<ArithmeticUse> Learning(Precision precision, IReadOnlyList<int> batchSizes, params int[] usedWith)
    {
        List<ArithmeticUse> uses = [.. new[] { 1, 2 }.Concat(batchSizes).Distinct().Select(size => new ArithmeticUse(precision, size, Learns: true))];
        uses.AddRange(Using(usedWith).Where(use => !uses.Exists(learnt => learnt.Precision == use.Precision && learnt.BatchSize == use.BatchSize)));
        return uses;
    }

    /// <summary>Using the network in fp32 with batches of these sizes.</summary>
    public static IReadOnlyList<ArithmeticUse> Using(params int[] batchSizes) => Using(Precision.Fp32, batchSizes);

    /// <summary>The same in another precision.</summary>
    public static IReadOnlyList<ArithmeticUse> Using(Precision precision, params int[] batchSizes) => [.. batchSizes.Distinct().Select(size => new ArithmeticUse(precision, size, Learns: false))];

    /// <summary>The check with which <see cref="Require"/> would begin: none where nothing is checked, or it was right before.</summary>
    public CheckBefore Due(string model, int classes, int side, ComputeDevice device, IReadOnlyList<ArithmeticUse> uses) =>
        device != ComputeDevice.Cpu || memory.Knows(SubjectOf(model, classes, side, uses)) ? CheckBefore.Nothing : CheckBefore.Samples;

    /// <summary>Checks a network, once a machine.</summary>
    /// <param name="model">A name of the catalogue.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="side">Picture side in pixels.</param>
    /// <param name="device">Only the processor is checked.</param>
    /// <param name="uses">How it will be used.</param>
    /// <param name="goOn">Whether to go on with wrong numbers.</param>
    /// <param name="progress">Told how many of how many layers are done.</param>
    /// <returns>What a person should know: null where all is right, or where nothing is checked.</returns>
    /// <exception cref="NumericsException">It is computed wrongly, and not to go on.</exception>
    public string? Require(string model, int classes, int side, ComputeDevice device, IReadOnlyList<ArithmeticUse> uses, bool goOn, Action<int, int>? progress = null)
    {
        if (device != ComputeDevice.Cpu) return null;
        var subject = SubjectOf(model, classes, side, uses);
        if (memory.Knows(subject)) return null;
        var report = ArithmeticCheck.Sample(ModelCatalogue.Find(model)!, classes, side, uses, computation, progress);
        if (report.Fault is not { } fault)
        {
            memory.Remember(subject);
            return null;
        }
        return goOn ? $"{fault}\n`unsafe_numerics`: going on all the same." : throw new NumericsException($"{fault}\nTo go on all the same, with results that cannot be trusted: `unsafe_numerics`.");
    }

    private static ArithmeticSubject SubjectOf(string model, int classes, int side, IReadOnlyList<ArithmeticUse> uses) => new(ArithmeticMachine.Here(), model, classes, side, uses);
}
