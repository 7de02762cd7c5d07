using JustAlexNet.Models;
using JustAlexNet.Runtime;
using static TorchSharp.torch;

namespace JustAlexNet.Diagnosis;

/// <summary>One way in which a network is used.</summary>
/// <param name="Precision">fp32 or bf16.</param>
/// <param name="BatchSize">Pictures at once.</param>
/// <param name="Learns">Whether gradients are computed too.</param>
internal sealed record ArithmeticUse(Precision Precision, int BatchSize, bool Learns);

/// <summary>
/// Whether this machine computes a network rightly: every distinct convolution and linear layer at its real shapes, forward and both gradients, compared with float64.
/// On some machines libtorch's kernels give wrong numbers without a word.
/// </summary>
/// <remarks>On the processor only. The layers are computed by the networks' own code, in channels-last memory, on random values between -1 and 1; equal on every call.</remarks>
public static class ArithmeticCheck
{
    private const ulong Seed = 20261127;

    /// <summary>The largest error that rounding explains, as a share of the largest value of a part.</summary>
    /// <remarks>
    /// <para>Values of random sign: rounding in a sum of n products grows as the square root of n, and so does the sum. fp32 (unit 6e-8): the longest sums of these networks, of a weight's
    /// gradient over 256 pictures of 224 px, have 3 million products: 1e-4 if they are added one by one. The limit is ten times that, 1e-3.</para>
    /// <para>bf16 (unit 1/256): the results themselves are rounded, by up to 4e-3 of the largest; where the processor has no instructions for it, libtorch also rounds the sum of a weight's gradient
    /// after every picture of a batch of N, which grows as the square root of N (1.6e-2 seen with 32). The limit is (4 + sqrt N) / 256: 2e-2 for one picture, 4e-2 for 32, 8e-2 for 256.</para>
    /// <para>A channel that is not computed, or from the wrong values, is off by 0.2 to 1.</para>
    /// </remarks>
    /// <param name="precision">fp32 or bf16.</param>
    /// <param name="batchSize">N, 1 or more.</param>
    public static double LimitOf(Precision precision, int batchSize) => precision == Precision.Fp32 ? 1e-3 : (4 + Math.Sqrt(batchSize)) / 256;

    /// <summary>The precisions in use on this machine's processor: fp32, in which models are used, and that in which training computes by default.</summary>
    internal static IReadOnlyList<Precision> PrecisionsInUse =>
        PrecisionChoice.Select("auto", ComputeDevice.Cpu).Precision is var learning and not Precision.Fp32 ? [Precision.Fp32, learning] : [Precision.Fp32];

    /// <summary>Compares every value, with batches of one, two and the size given, in fp32 and in the precision in which training computes by default. Takes from seconds to minutes: it grows with the batch.</summary>
    /// <param name="variant">Which network.</param>
    /// <param name="classes">Number of classes, 1 or more.</param>
    /// <param name="batchSize">Pictures at once, 1 or more.</param>
    /// <param name="side">Picture side in pixels.</param>
    /// <param name="progress">Told how many of how many comparisons are done.</param>
    /// <exception cref="ArgumentException">The side is too small for the network.</exception>
    public static ArithmeticReport Run(ModelVariant variant, int classes, int batchSize, int side, Action<int, int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(variant);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return Run(variant, classes, side, Learning([1, 2, batchSize]), whole: true, progress: progress);
    }

    /// <summary>By samples: see <see cref="SampledLayer"/>.</summary>
    internal static ArithmeticReport Sample(ModelVariant variant, int classes, int side, IReadOnlyList<ArithmeticUse> uses, LayerComputation? computation = null, Action<int, int>? progress = null) =>
        Run(variant, classes, side, uses, whole: false, computation, progress);

    /// <summary>Learning with each of some batch sizes, in every precision in use.</summary>
    internal static IReadOnlyList<ArithmeticUse> Learning(IReadOnlyList<int> batchSizes) =>
        [.. PrecisionsInUse.SelectMany(precision => batchSizes.Distinct().Select(size => new ArithmeticUse(precision, size, Learns: true)))];

    internal static ArithmeticReport Run(
        ModelVariant variant, int classes, int side, IReadOnlyList<ArithmeticUse> uses, bool whole, LayerComputation? computation = null, Action<int, int>? progress = null)
    {
        TorchRuntime.Prepare();
        using var network = variant.Create(classes, seed: null);
        using var generator = new Generator(Seed);
        var layers = CheckedLayer.Of(network, side);
        var findings = new List<ArithmeticFinding>();
        for (var i = 0; i < layers.Count; i++)
        {
            findings.AddRange(new LayerCheck(layers[i], generator, whole, computation ?? LayerComputation.Real).Run(uses));
            progress?.Invoke(i + 1, layers.Count);
        }
        return new ArithmeticReport(variant.Name, findings);
    }
}
