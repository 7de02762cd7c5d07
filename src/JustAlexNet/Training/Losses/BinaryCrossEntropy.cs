using JustAlexNet.Runtime;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>The choice of a yes or no for every class: cross-entropy of a sigmoid on one-hot targets.</summary>
public sealed record BinaryCrossEntropyOptions : LossOptions
{
    /// <inheritdoc/>
    public override string Name => "bce";

    internal static LossRow Row { get; } = new("bce", () => new BinaryCrossEntropyOptions());

    internal override TrainingLoss Create(IReadOnlyList<int> counts, ComputeDevice device) => new BinaryCrossEntropy(LabelSmoothing, Weights(counts), device);
}

/// <summary>The mean over pictures and classes of -w_c (t log s + (1 - t) log(1 - s)), s the sigmoid of a logit, t one-hot or shares, smoothed: timm's <c>BinaryCrossEntropy</c> without target threshold.</summary>
/// <remarks>Source: Wightman, Touvron and Jégou, arXiv 2110.00476 (ResNet strikes back). Smoothing a mixture is mixing what was smoothed, as timm's mixup does. A K-th of the size of a loss summed over classes.</remarks>
internal sealed class BinaryCrossEntropy(double labelSmoothing, double[]? weights, ComputeDevice device) : TrainingLoss(weights, device)
{
    public override Tensor Of(Tensor logits, Targets targets)
    {
        var shares = targets.Shares ?? nn.functional.one_hot(targets.Labels, logits.shape[1]).to(logits.dtype);
        if (labelSmoothing > 0) shares = shares.mul(1 - labelSmoothing).add(labelSmoothing / logits.shape[1]);
        return nn.functional.binary_cross_entropy_with_logits(logits, shares, Weights(logits));
    }
}
