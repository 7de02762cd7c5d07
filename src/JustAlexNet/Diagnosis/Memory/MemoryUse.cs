using JustAlexNet.Models;
using JustAlexNet.Runtime;

namespace JustAlexNet.Diagnosis;

/// <summary>The check of arithmetic that a use of a network begins with.</summary>
public enum CheckBefore
{
    /// <summary>None: this machine was found right before, or nothing is checked.</summary>
    Nothing,

    /// <summary>By samples, with what is to be used in memory already, as runs do.</summary>
    Samples,

    /// <summary>Every value, with nothing else in memory, as <see cref="ArithmeticCheck.Run(ModelVariant, int, int, int, Action{int, int}?)"/>.</summary>
    Everything,
}

/// <summary>A way to use a network on the processor, as far as its memory goes. Immutable, thread-safe.</summary>
/// <param name="Variant">Which network.</param>
/// <param name="Classes">Number of classes, 1 or more.</param>
/// <param name="BatchSize">Pictures at once, 1 or more.</param>
/// <param name="Side">Of the square pictures, in pixels; at least <see cref="ModelVariant.SmallestSide"/>.</param>
/// <param name="Precision">What the network computes in.</param>
public sealed record MemoryUse(ModelVariant Variant, int Classes, int BatchSize, int Side, Precision Precision = Precision.Fp32)
{
    // As seen on two cores with avx512_bf16: .NET and libtorch, a layer's compiled kernels, and what lies unused between the allocator's blocks.
    private const long OfProcess = 212L << 20, OfKernels = 512L << 10;
    private const double Gaps = 0.05;
    private const int BuffersInFlight = 3;     // of the loader, a byte a value

    // Of the largest layer at once, float32's size each: its weights in float64, results, gradients and differences.
    private const int SampledAnswers = 3, SampledSteps = 5, Whole = 15;

    /// <summary>Whether it learns: a training step, with its gradients. Default true; else it only gives answers.</summary>
    public bool Learns { get; init; } = true;

    /// <summary>Whether more than one batch is computed where nothing is learned: then the weights lie in the kernels' own order besides. Default true.</summary>
    public bool Repeats { get; init; } = true;

    /// <summary>Values that the optimiser keeps a weight: 0 for plain descent, 1 (default) with momentum, 2 for Adam.</summary>
    public int OptimiserValues { get; init; } = 1;

    /// <summary>Further copies of the weights, such as their moving average. Default 0.</summary>
    public int Copies { get; init; }

    /// <summary>Whether its state is saved while it goes on learning, from a copy. Default false.</summary>
    public bool IsSaved { get; init; }

    /// <summary>See <see cref="Network.MemoryEfficient"/>. Default false.</summary>
    public bool MemoryEfficient { get; init; }

    /// <summary>The check of arithmetic that comes before, whose memory is free again when it begins. Default <see cref="CheckBefore.Nothing"/>.</summary>
    public CheckBefore Check { get; init; }

    /// <summary>What it takes, by the shapes of the network: nothing is computed.</summary>
    /// <remarks>
    /// Within -4 and +6 % of the largest resident set of sixteen real runs on Linux with glibc (ResNet18, AlexNet, DenseNet121, batches of 16 and 48, 128 and 224 px, fp32 and bf16, SGD and AdamW).
    /// The step's peak is taken at the turn from forward to backward, where everything is kept; what the backward pass makes takes the room of what it frees.
    /// The check of arithmetic, seen with AlexNet (whose largest layer has two thirds of its weights; with the others it takes less than a step), is within -0 and +11 %.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The batch, the classes or the side are too small.</exception>
    public MemoryEstimate Estimate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Side, Variant.SmallestSide);
        using var network = Variant.Create(Classes, seed: null);      // its large weights are never touched: no memory is taken for them
        var activations = network.Count(Side, MemoryEfficient).Activations;
        var weights = network.State.Sum(entry => entry.Value.numel() * entry.Value.element_size());
        var largest = network.Parameters.Max(parameter => parameter.Value.numel() * sizeof(float));
        var (bytes, picture) = (Precision == Precision.Fp32 ? sizeof(float) : sizeof(ushort), 3L * Side * Side);
        var process = OfProcess + OfKernels * network.Parameters.Count(parameter => parameter.Value.dim() > 1);
        return new MemoryEstimate
        {
            Process = process,
            Check = Check switch
            {
                CheckBefore.Samples => process + weights * (2 + Copies) + largest * (Learns ? SampledSteps : SampledAnswers),       // it has a network of its own
                CheckBefore.Everything => process + weights + largest * Whole,
                _ => 0,
            },
            Weights = weights * (1 + Copies),
            Gradients = Learns ? weights : 0,
            Optimiser = Learns ? weights * OptimiserValues : 0,
            Saved = IsSaved ? weights * (1 + Copies + OptimiserValues) : 0,
            Workspace = largest + (Precision == Precision.Fp32 ? 0 : weights / 2) + (Learns || !Repeats ? 0 : weights * bytes / sizeof(float)),        // reordered, and lowered, once a step; folded
            ActivationsOfOne = (long)((1 + Gaps) * (Learns ? (activations.Kept + activations.Again) * bytes + activations.IndexBytes : activations.Widest * bytes)),
            BatchOfOne = picture * (BuffersInFlight + bytes),
            BatchSize = BatchSize,
        };
    }

    /// <summary>Such as <c>training densenet121 with 320 pictures of 224 x 224 at once in bf16</c>.</summary>
    public override string ToString() => $"{(Learns ? "training" : "using")} {Variant.Name} with {Imaging.Counted.Of(BatchSize, "picture")} of {Side} x {Side} at once in {PrecisionChoice.NameOf(Precision)}";
}

/// <summary>Bytes that a use of a network takes at its peak, and the check of arithmetic before it at its own.</summary>
public sealed record MemoryEstimate
{
    /// <summary>The program itself, with libtorch and its kernels.</summary>
    public long Process { get; init; }

    /// <summary>Weights and running statistics, float32, and copies of them.</summary>
    public long Weights { get; init; }

    /// <summary>Gradients, float32.</summary>
    public long Gradients { get; init; }

    /// <summary>The optimiser's state, float32.</summary>
    public long Optimiser { get; init; }

    /// <summary>The copy of the state that is written while it goes on learning: as much as a checkpoint.</summary>
    public long Saved { get; init; }

    /// <summary>Weights in a lower precision, the largest in a kernel's own order, and where answers only are given to several batches, all of them.</summary>
    public long Workspace { get; init; }

    /// <summary>Activations of one picture, kept for the backward pass.</summary>
    public long ActivationsOfOne { get; init; }

    /// <summary>One picture's bytes in the loader's buffers, and as the network's input.</summary>
    public long BatchOfOne { get; init; }

    /// <summary>Pictures at once.</summary>
    public int BatchSize { get; init; }

    /// <summary>Activations of the batch.</summary>
    public long Activations => ActivationsOfOne * BatchSize;

    /// <summary>Buffers and input of the batch.</summary>
    public long Batch => BatchOfOne * BatchSize;

    /// <summary>The check of arithmetic before it, the program itself included; 0: there is none.</summary>
    public long Check { get; init; }

    /// <summary>The use without the check, all together.</summary>
    public long OfUse => Fixed + Activations + Batch;

    /// <summary>The larger of both.</summary>
    public long Total => Math.Max(OfUse, Check);

    private long Fixed => Process + Weights + Gradients + Optimiser + Saved + Workspace;

    /// <summary>The largest batch whose use is not above a number of bytes; 0 where not even one picture's is.</summary>
    public int LargestBatch(long bytes) => (int)Math.Clamp((bytes - Fixed) / (ActivationsOfOne + BatchOfOne), 0, int.MaxValue);
}
