using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>share x + (1 - share) y for two pictures of a batch. Source: Zhang et al., arXiv 1710.09412.</summary>
internal static class Mixup
{
    /// <summary>Mixes each picture with the one before it, in place.</summary>
    /// <param name="input">(N, 3, H, W).</param>
    /// <param name="share">What stays of each, 0 to 1.</param>
    public static void Apply(Tensor input, double share)
    {
        var others = Mixing.Rolled(input).mul_(1 - share);
        _ = input.mul_(share).add_(others);
    }
}
