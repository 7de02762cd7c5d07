using JustAlexNet.Runtime;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>The choice of cross-entropy of a softmax: one class a picture.</summary>
public sealed record CrossEntropyOptions : LossOptions
{
    /// <inheritdoc/>
    public override string Name => "cross_entropy";

    internal static LossRow Row { get; } = new("cross_entropy", () => new CrossEntropyOptions());

    internal override TrainingLoss Create(IReadOnlyList<int> counts, ComputeDevice device) => new CrossEntropy(LabelSmoothing, Weights(counts), device);
}

/// <summary>Cross-entropy, natural logarithm: <c>torch.nn.CrossEntropyLoss</c> with label smoothing and class weights, value for value (float64: to 1e-12).</summary>
/// <remarks>
/// With labels the weighted mean, -sum w_y log p_y / sum w_y; the part that label smoothing spreads is weighted by class and divided by the same sum, as in PyTorch. With shares the mean over
/// pictures of -sum_c w_c t_c log p_c, t smoothed.
/// </remarks>
internal sealed class CrossEntropy(double labelSmoothing, double[]? weights, ComputeDevice device) : TrainingLoss(weights, device)
{
    public override Tensor Of(Tensor logits, Targets targets) =>
        nn.functional.cross_entropy(logits, targets.Shares ?? targets.Labels, Weights(logits), label_smoothing: labelSmoothing);

    public override double Mass(ReadOnlySpan<long> labels, bool isMixed) => isMixed ? labels.Length : Sum(labels);
}
