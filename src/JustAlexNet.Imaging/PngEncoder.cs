using SkiaSharp;

namespace JustAlexNet.Imaging;

/// <summary>Pixels to a PNG file.</summary>
internal static unsafe class PngEncoder
{
    /// <summary>The file, with exactly these pixels.</summary>
    /// <param name="pixels">height x width x 3 bytes, row by row, RGB.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width, int height)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var target = new Span<byte>((void*)bitmap.GetPixels(), bitmap.ByteCount);
        for (var i = 0; i < width * height; i++)
        {
            pixels.Slice(i * 3, 3).CopyTo(target[(i * 4)..]);
            target[i * 4 + 3] = 255;
        }
        using var file = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return file.ToArray();
    }
}
