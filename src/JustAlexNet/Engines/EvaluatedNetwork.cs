using System.Collections.Concurrent;
using System.Globalization;
using JustAlexNet.Models;
using JustAlexNet.Models.Folding;
using JustAlexNet.Runtime;
using JustAlexNet.Runtime.Native;
using static TorchSharp.torch;

namespace JustAlexNet.Engines;

/// <summary>A network in evaluation mode. From the second batch on the processor computes it folded (<see cref="FoldedGraph"/>), which is faster, and was compared with the plain form first.</summary>
/// <remarks>
/// <para>The first batch of a size is computed plain, unless <see cref="FoldsAtOnce"/>: one photo alone does not pay for folding. The next is computed both ways, once a process for every network, size and number of
/// pictures; where the logits differ by more than rounding, all stays plain and <see cref="Note"/> says so. Weights that change are folded anew.</para>
/// <para>Plain are other devices, fp16, and a libtorch without the functions. Takes memory for the weights once more (in bf16 half of it) from the second batch on. Not thread-safe.</para>
/// </remarks>
/// <param name="network">Stays the caller's.</param>
/// <param name="precision">What it computes in.</param>
internal sealed class EvaluatedNetwork(Network network, Precision precision) : IDisposable
{
    /// <summary>The largest difference between both forms that rounding explains, as a share of the largest logit: fp32 1e-4 (1e-6 seen), bf16, with 8 bits a value through up to 200 layers, 0.1.</summary>
    public static double LimitOf(Precision precision) => precision == Precision.Fp32 ? 1e-4 : 0.1;

    private (long Height, long Width) size;
    private (FoldedComputation Computation, long Version)? folded;

    /// <summary>What was found of both forms before. Default: that of the process.</summary>
    public FoldedVerdicts Verdicts { get; init; } = FoldedVerdicts.OfProcess;

    /// <summary>Computes the folded form. Tests put one that errs in its place.</summary>
    public Func<FoldedComputation, Tensor, (Tensor Logits, Tensor Features)> ComputeFolded { get; init; } = (computation, pictures) => computation.Run(pictures);

    /// <summary>Whether to fold at all. Default true. For tests and measurements.</summary>
    public bool Folds { get; init; } = true;

    /// <summary>Whether the first batch of a size is folded too, so that what a picture gives does not depend on what was computed before it. Default false.</summary>
    public bool FoldsAtOnce { get; init; }

    /// <summary>Why the plain form stays, where the folded one was found to be wrong on this machine; null where it was not.</summary>
    public string? Note { get; private set; }

    /// <summary>Logits and, where they are asked for, features.</summary>
    /// <param name="pictures">(N, 3, H, W), normalised, channels-last, in the precision where the processor computes, else float32. Stays the caller's.</param>
    /// <param name="features">Whether features are wanted.</param>
    /// <returns>(N, K) and (N, D) in the precision that they were computed in; the caller disposes both.</returns>
    public (Tensor Logits, Tensor? Features) Run(Tensor pictures, bool features)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (logits, seen) = Compute(pictures, features);
        return (logits.MoveToOuterDisposeScope(), seen?.MoveToOuterDisposeScope());
    }

    /// <summary>Frees the folded form.</summary>
    public void Dispose() => Forget();

    private (Tensor Logits, Tensor? Features) Compute(Tensor pictures, bool features)
    {
        var shape = pictures.shape;
        var isFirst = size != (shape[2], shape[3]);
        size = (shape[2], shape[3]);
        if (isFirst) Forget();
        var use = new FoldedUse(network.Name, network.Classes, shape[0], shape[2], shape[3], precision);
        if ((isFirst && !FoldsAtOnce) || !CanFold || Verdicts.IsWrong(use, out var before) && Keep(before)) return Plain(pictures, features);
        var result = ComputeFolded(Folded(use), pictures);
        if (Verdicts.IsRight(use)) return result;
        var plain = Plain(pictures, features);
        var (difference, largest) = Compare(result.Logits, plain.Logits);
        if (!double.IsFinite(largest)) return plain;        // such weights say nothing about the machine
        if (difference <= LimitOf(precision) * largest)
        {
            Verdicts.Right(use);
            return result;
        }
        _ = Keep(Verdicts.Wrong(use, difference / largest));
        Forget();
        return plain;
    }

    private bool CanFold => Folds && network is { PointwiseProducts: null } && network.Device == ComputeDevice.Cpu && (precision == Precision.Fp32 || (precision == Precision.Bf16 && ProcessorFeatures.HasBfloat16)) && FusedConvolution.Works;     // without the instructions oneDNN takes no weights of bf16

    private bool Keep(string? note)
    {
        Note = note;
        return true;
    }

    private FoldedComputation Folded(FoldedUse use)
    {
        var version = network.StateVersion;
        if (folded is { } made && made.Version == version) return made.Computation;
        Forget();
        using var graph = new FoldedGraph(network, (int)use.Height, (int)use.Width);
        folded = (new FoldedComputation(graph, use.Count, precision, ProcessorFeatures.HidesCaches), version);
        return folded.Value.Computation;
    }

    private void Forget()
    {
        folded?.Computation.Dispose();
        folded = null;
    }

    private (Tensor Logits, Tensor? Features) Plain(Tensor pictures, bool features)
    {
        using var lower = MixedPrecision.Enter(network.Device, precision);
        if (!features) return (network.Forward(pictures), null);
        var seen = network.Features(pictures);
        return (nn.functional.linear(seen, network.Head.Weight, network.Head.Bias), seen);
    }

    private static (double Difference, double Largest) Compare(Tensor folded, Tensor plain)
    {
        var (one, other) = (folded.to(ScalarType.Float64), plain.to(ScalarType.Float64));
        return (one.sub(other).abs().max().item<double>(), other.abs().max().item<double>());
    }
}

/// <summary>A way in which a network is computed.</summary>
internal sealed record FoldedUse(string Network, int Classes, long Count, long Height, long Width, Precision Precision);

/// <summary>Which uses were computed rightly when folded, and which not. Thread-safe.</summary>
internal sealed class FoldedVerdicts
{
    private readonly ConcurrentDictionary<FoldedUse, string?> found = [];       // null: right

    /// <summary>Of this process: the kernels stay the same.</summary>
    public static FoldedVerdicts OfProcess { get; } = new();

    public bool IsRight(FoldedUse use) => found.TryGetValue(use, out var note) && note is null;

    /// <summary>Whether a use was wrong, with what is to be said about it.</summary>
    public bool IsWrong(FoldedUse use, out string? note) => found.TryGetValue(use, out note) && note is not null;

    public void Right(FoldedUse use) => found[use] = null;

    public string Wrong(FoldedUse use, double difference) => found[use] = string.Create(CultureInfo.InvariantCulture,
        $"{use.Network} is computed layer by layer, more slowly: folded, its logits for {Imaging.Counted.Of((int)use.Count, "picture")} of {use.Height} x {use.Width} in {PrecisionChoice.NameOf(use.Precision)} differ here by {difference:0.0e+0} of the largest (limit {EvaluatedNetwork.LimitOf(use.Precision):0.0e+0}). Please report it with what doctor says");
}
