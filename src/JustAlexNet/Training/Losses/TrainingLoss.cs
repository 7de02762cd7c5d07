using JustAlexNet.Runtime;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>What a batch is compared with.</summary>
/// <param name="Labels">(N), int64: the class that counts for the accuracy.</param>
/// <param name="Shares">(N, K), of the logits' dtype, rows that sum to 1, where a picture is of several classes (mixup, cutmix); null: all of <paramref name="Labels"/>.</param>
internal sealed record Targets(Tensor Labels, Tensor? Shares = null);

/// <summary>How class weights are chosen.</summary>
public enum ClassWeighting
{
    /// <summary>All count 1.</summary>
    None,

    /// <summary>n / (K n_c) for a class of n_c among n pictures of K classes, as scikit-learn's <c>balanced</c>: classes count alike, however many pictures they have.</summary>
    Balanced,
}

/// <summary>What the network is trained to make small. Immutable, thread-safe.</summary>
public abstract record LossOptions
{
    private protected LossOptions()
    {
    }

    /// <summary>The name in recipes.</summary>
    public abstract string Name { get; }

    /// <summary>The share s of every target that is spread evenly over all K classes: (1 - s) y + s / K; 0 (default) to below 1. Source: Szegedy et al., arXiv 1512.00567, section 7.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>What classes count. Default: alike a picture.</summary>
    public ClassWeighting ClassWeights { get; init; } = ClassWeighting.None;

    /// <summary>Every value that is out of its range, as sentences.</summary>
    internal IEnumerable<string> Faults() =>
    [
        .. LabelSmoothing is >= 0 and < 1 ? Array.Empty<string>() : [$"{Losses.LabelSmoothing} is {LabelSmoothing}, expected 0 to below 1"],
        .. Enum.IsDefined(ClassWeights) ? Array.Empty<string>() : [$"{Losses.ClassWeights} is {ClassWeights}, expected none or balanced"],
    ];

    /// <summary>The loss; the caller disposes it.</summary>
    /// <param name="counts">Training pictures of each class.</param>
    /// <param name="device">Where logits are.</param>
    internal abstract TrainingLoss Create(IReadOnlyList<int> counts, ComputeDevice device);

    /// <summary>One a class, 0 for a class without pictures; null where all count 1.</summary>
    private protected double[]? Weights(IReadOnlyList<int> counts)
    {
        if (ClassWeights == ClassWeighting.None) return null;
        var (all, classes) = ((double)counts.Sum(count => (long)count), counts.Count);
        return [.. counts.Select(count => count == 0 ? 0 : all / (classes * count))];
    }
}

/// <summary>A number that says how far logits are from their targets, with its gradient.</summary>
internal abstract class TrainingLoss : IDisposable
{
    private readonly double[]? weights;
    private readonly Tensor? stored;

    /// <param name="weights">One a class; null: 1 for all.</param>
    /// <param name="device">Where logits are.</param>
    private protected TrainingLoss(double[]? weights, ComputeDevice device)
    {
        this.weights = weights;
        if (weights is null) return;
        using var home = tensor(weights, dtype: ScalarType.Float64);
        stored = home.to(device.Torch, copy: true).DetachFromDisposeScope();
    }

    /// <summary>The batch's mean loss, a scalar. In the caller's dispose scope.</summary>
    /// <param name="logits">(N, K), float32 (or float64).</param>
    /// <param name="targets">On the logits' device.</param>
    public abstract Tensor Of(Tensor logits, Targets targets);

    /// <summary>What the mean of a batch is divided by: its share in the mean of a larger batch.</summary>
    /// <param name="labels">The batch's labels, in the computer's memory.</param>
    /// <param name="isMixed">Whether the targets are shares.</param>
    public virtual double Mass(ReadOnlySpan<long> labels, bool isMixed) => labels.Length;

    /// <summary>Frees the class weights.</summary>
    public void Dispose() => stored?.Dispose();

    /// <summary>(K), of the logits' dtype; null: 1 for all. In the caller's dispose scope.</summary>
    private protected Tensor? Weights(Tensor logits) => stored?.to(logits.dtype);

    /// <summary>The weights of some pictures, added up.</summary>
    private protected double Sum(ReadOnlySpan<long> labels)
    {
        if (weights is null) return labels.Length;
        var sum = 0.0;
        foreach (var label in labels) sum += weights[label];
        return sum;
    }
}
