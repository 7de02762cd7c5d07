using JustAlexNet.Imaging;

namespace JustAlexNet.Data;

/// <summary>What a picture looks like, small enough to be kept for millions of them.</summary>
/// <param name="Hash">See <see cref="PerceptualHash"/>; null for a picture of one brightness.</param>
/// <param name="Small">The picture in <see cref="SmallSide"/> x <see cref="SmallSide"/> x 3 bytes, RGB.</param>
/// <param name="Mean">Of red, green and blue over all pixels, 0 to 1.</param>
/// <param name="Square">The same of their squares.</param>
internal sealed record PictureLook(ulong? Hash, byte[] Small, double[] Mean, double[] Square)
{
    private const int SmallSide = 8;
    private const int MostBits = HashIndex.MaxDistance;
    private const double MostDifference = 4;      // levels of 255, in the mean
    private const double MostStretch = 1.03;

    /// <summary>Looks at a picture.</summary>
    public static PictureLook Of(RgbImage image)
    {
        var pixels = new byte[PerceptualHash.Side * PerceptualHash.Side * 3];
        Resizer.Resize(image, new(0, 0, image.Width, image.Height), pixels, PerceptualHash.Side, PerceptualHash.Side, Interpolation.Bilinear);
        var (mean, square) = Moments(image.Pixels);
        return new(PerceptualHash.Of(pixels), Smaller(pixels), mean, square);
    }

    /// <summary>Whether two pictures are one but for size and coding: their hashes differ in few bits, their colours in few levels, and neither is stretched.</summary>
    public static bool AreSame(PictureFacts first, PictureFacts second)
    {
        if (first.Look is not { Hash: { } one } a || second.Look is not { Hash: { } other } b || PerceptualHash.Distance(one, other) > MostBits) return false;
        var (wide, high) = ((double)first.Width * second.Height, (double)second.Width * first.Height);
        return Math.Max(wide, high) <= MostStretch * Math.Min(wide, high) && Difference(a.Small, b.Small) <= MostDifference;
    }

    /// <summary>The mean difference of two small pictures, 0 to 255.</summary>
    internal static double Difference(byte[] first, byte[] second)
    {
        var sum = 0;
        for (var i = 0; i < first.Length; i++) sum += Math.Abs(first[i] - second[i]);
        return (double)sum / first.Length;
    }

    private static byte[] Smaller(byte[] pixels)
    {
        const int Block = PerceptualHash.Side / SmallSide;
        var small = new byte[SmallSide * SmallSide * 3];
        for (var y = 0; y < SmallSide; y++)
            for (var x = 0; x < SmallSide; x++)
                for (var c = 0; c < 3; c++)
                {
                    var sum = Block * Block / 2;
                    for (var i = 0; i < Block * Block; i++) sum += pixels[((y * Block + i / Block) * PerceptualHash.Side + x * Block + i % Block) * 3 + c];
                    small[(y * SmallSide + x) * 3 + c] = (byte)(sum / (Block * Block));
                }
        return small;
    }

    private static (double[] Mean, double[] Square) Moments(ReadOnlySpan<byte> pixels)
    {
        long red = 0, green = 0, blue = 0, redSquare = 0, greenSquare = 0, blueSquare = 0;
        for (var i = 0; i + 2 < pixels.Length; i += 3)
        {
            int r = pixels[i], g = pixels[i + 1], b = pixels[i + 2];
            (red, green, blue) = (red + r, green + g, blue + b);
            (redSquare, greenSquare, blueSquare) = (redSquare + r * r, greenSquare + g * g, blueSquare + b * b);
        }
        var count = pixels.Length / 3;
        return ([red / 255.0 / count, green / 255.0 / count, blue / 255.0 / count], [redSquare / 65025.0 / count, greenSquare / 65025.0 / count, blueSquare / 65025.0 / count]);
    }
}
