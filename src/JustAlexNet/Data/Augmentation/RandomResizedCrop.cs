using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>torchvision's <c>RandomResizedCrop.get_params</c> with its defaults, step for step.</summary>
internal static class RandomResizedCrop
{
    private const double SmallestShare = 0.08, LargestShare = 1.0;   // of the area
    private const double Narrowest = 3.0 / 4, Widest = 4.0 / 3;      // width to height
    private const int Tries = 10;
    private static readonly double LogNarrowest = Math.Log(Narrowest), LogWidest = Math.Log(Widest);

    public static PixelBox Draw(int width, int height, SampleRandom random)
    {
        var area = (double)width * height;
        for (var i = 0; i < Tries; i++)
        {
            var target = area * random.NextDouble(SmallestShare, LargestShare);
            var ratio = Math.Exp(random.NextDouble(LogNarrowest, LogWidest));
            var (w, h) = (Rounded(Math.Sqrt(target * ratio)), Rounded(Math.Sqrt(target / ratio)));
            if (w < 1 || h < 1 || w > width || h > height) continue;
            var top = random.NextInt(height - h + 1);
            return new(random.NextInt(width - w + 1), top, w, h);
        }
        return Middle(width, height);
    }

    private static PixelBox Middle(int width, int height)
    {
        var ratio = (double)width / height;
        var w = ratio > Widest ? Rounded(height * Widest) : width;
        var h = ratio < Narrowest ? Rounded(width / Narrowest) : height;
        return new((width - w) / 2, (height - h) / 2, w, h);
    }

    // Python's round: halves go to the even neighbour.
    private static int Rounded(double value) => (int)Math.Round(value, MidpointRounding.ToEven);
}
