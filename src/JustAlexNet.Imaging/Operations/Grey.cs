namespace JustAlexNet.Imaging.Operations;

/// <summary>Brightness as Pillow's <c>convert("L")</c> computes it: ITU-R 601-2 in 16 binary places, rounded. Thread-safe.</summary>
internal static class Grey
{
    private const int Red = 19595, Green = 38470, Blue = 7471, Half = 1 << 15;

    /// <summary>Makes every pixel grey, in place: torchvision's <c>to_grayscale</c> with three channels.</summary>
    public static void Apply(Span<byte> pixels) => Write(pixels, pixels);

    /// <summary>Writes the grey picture of <paramref name="pixels"/>, three equal values a pixel.</summary>
    public static void Write(ReadOnlySpan<byte> pixels, Span<byte> target)
    {
        for (var i = 0; i + 2 < pixels.Length; i += 3)
        {
            var grey = Of(pixels[i], pixels[i + 1], pixels[i + 2]);
            target[i + 2] = target[i + 1] = target[i] = grey;
        }
    }

    /// <summary>The mean of the grey values, rounded half up; of a picture of at least one pixel.</summary>
    public static byte Mean(ReadOnlySpan<byte> pixels)
    {
        var sum = 0L;
        for (var i = 0; i + 2 < pixels.Length; i += 3) sum += Of(pixels[i], pixels[i + 1], pixels[i + 2]);
        return (byte)((double)sum / (pixels.Length / 3) + 0.5);
    }

    private static byte Of(int red, int green, int blue) => (byte)((red * Red + green * Green + blue * Blue + Half) >> 16);
}
