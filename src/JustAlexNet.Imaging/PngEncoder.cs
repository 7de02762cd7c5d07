using SkiaSharp;

namespace JustAlexNet.Imaging;

/// <summary>Pixels to a PNG file.</summary>
internal static class PngEncoder
{
    /// <summary>The file, with exactly these pixels.</summary>
    /// <param name="pixels">height x width x 3 bytes, row by row, RGB.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width, int height) => SkiaEncoder.Encode(pixels, width, height, SKEncodedImageFormat.Png, 100);
}

/// <summary>Pixels to a JPEG file, for looking at.</summary>
internal static class JpegEncoder
{
    private const int Quality = 80;

    /// <summary>The file, a tenth of a PNG's size for a photo; what JPEG loses is not seen.</summary>
    /// <param name="pixels">height x width x 3 bytes, row by row, RGB.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width, int height) => SkiaEncoder.Encode(pixels, width, height, SKEncodedImageFormat.Jpeg, Quality);
}

internal static unsafe class SkiaEncoder
{
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width, int height, SKEncodedImageFormat format, int quality)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var target = new Span<byte>((void*)bitmap.GetPixels(), bitmap.ByteCount);
        for (var i = 0; i < width * height; i++)
        {
            pixels.Slice(i * 3, 3).CopyTo(target[(i * 4)..]);
            target[i * 4 + 3] = 255;
        }
        using var file = bitmap.Encode(format, quality);
        return file.ToArray();
    }
}
