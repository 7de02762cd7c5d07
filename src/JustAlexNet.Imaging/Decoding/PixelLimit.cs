namespace JustAlexNet.Imaging.Decoding;

/// <summary>Refuses a picture by its header, before memory for its pixels is taken.</summary>
internal static class PixelLimit
{
    /// <exception cref="ImageException">The picture has more pixels than the options allow, or than one array holds at four bytes each.</exception>
    public static void Check(long width, long height, string name, DecodeOptions options)
    {
        var limit = Math.Min(options.MaxPixels, (Array.MaxLength - RgbImage.Slack) / 4);
        if (width * height > limit)
            throw new ImageException(name, $"it has {Text.Number(width)} x {Text.Number(height)} = {Text.Number(width * height)} pixels, the limit is {Text.Number(limit)}");
    }
}
