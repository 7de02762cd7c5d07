using JustAlexNet.Inference;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>A rectangle of another picture in the same place. Source: Yun et al., arXiv 1905.04899.</summary>
internal static class Cutmix
{
    /// <summary>Pastes into each picture a rectangle of the one before it, in place: its area 1 - share of the picture, centred anywhere, cut off at the edges.</summary>
    /// <param name="input">(N, 3, H, W).</param>
    /// <param name="share">What is meant to stay of each, 0 to 1.</param>
    /// <param name="random">Draws the centre.</param>
    /// <returns>What has stayed of each.</returns>
    public static double Apply(Tensor input, double share, SampleRandom random)
    {
        var (height, width) = ((int)input.shape[2], (int)input.shape[3]);
        var (x, y) = (random.NextInt(width), random.NextInt(height));
        var half = Math.Sqrt(1 - share) / 2;
        var (left, right) = Cut(x, (int)(half * width), width);
        var (top, bottom) = Cut(y, (int)(half * height), height);
        if (right == left || bottom == top) return 1;
        var region = input.narrow(2, top, bottom - top).narrow(3, left, right - left);
        _ = region.copy_(Mixing.Rolled(region));
        return 1 - (double)(right - left) * (bottom - top) / ((double)width * height);
    }

    private static (int From, int To) Cut(int centre, int half, int size) => (Math.Max(0, centre - half), Math.Min(size, centre + half));
}
