using static TorchSharp.torch;

namespace JustAlexNet.Engines;

/// <summary>The order of <see cref="Inference.ClassificationMeter"/> among the classes of an answer, on the device: larger first, and of equal logits the lower index first.</summary>
internal static class DeviceRanking
{
    /// <summary>How many classes stand before the right one.</summary>
    /// <param name="logits">(N, K).</param>
    /// <param name="labels">(N), int64.</param>
    /// <returns>(N), int64; the caller disposes it, and what was made on the way by a scope.</returns>
    public static Tensor PlaceOf(Tensor logits, Tensor labels)
    {
        var column = labels.unsqueeze(1);
        var right = logits.gather(1, column);
        var classes = arange(logits.shape[1], device: logits.device);
        return logits.gt(right).logical_or(logits.eq(right).logical_and(classes.lt(column))).sum(1);
    }

    /// <summary>The index of the largest logit, of equal ones the first (as torch's argmax promises).</summary>
    /// <returns>(N), int64; the caller disposes it.</returns>
    public static Tensor Best(Tensor logits) => logits.argmax(1);
}
