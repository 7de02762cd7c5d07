using System.Buffers;

namespace JustAlexNet.Imaging.Operations;

/// <summary>Pillow's <c>ImageEnhance</c>, bit for bit: 1 changes nothing, 0 takes the property away, more adds to it. In place; thread-safe.</summary>
/// <remarks>Source: <c>ImageEnhance.py</c> and <c>Blend.c</c> of Pillow 9.4, which torchvision's <c>adjust_brightness</c>, <c>adjust_contrast</c>, <c>adjust_saturation</c> and <c>adjust_sharpness</c> call.</remarks>
internal static class Enhancement
{
    /// <summary>From black through the picture.</summary>
    public static void Brightness(Span<byte> pixels, float factor) => FromOneValue(pixels, 0, factor);

    /// <summary>From the mean grey through the picture.</summary>
    public static void Contrast(Span<byte> pixels, float factor) => FromOneValue(pixels, Grey.Mean(pixels), factor);

    /// <summary>From the grey picture through the picture.</summary>
    public static void Saturation(Span<byte> pixels, float factor) => From(pixels, factor, static (picture, grey, _) => Grey.Write(picture, grey), 0);

    /// <summary>From the smoothed picture through the picture. A picture with a side below 3 stays as it is.</summary>
    public static void Sharpness(Span<byte> pixels, int width, float factor) => From(pixels, factor, static (picture, smooth, width) => Smoothing.Write(picture, smooth, width), width);

    private static void FromOneValue(Span<byte> pixels, byte from, float factor)
    {
        Span<byte> table = stackalloc byte[Lookup.Levels];
        for (var v = 0; v < table.Length; v++) table[v] = Blend.Value(from, v, factor);
        Lookup.Apply(pixels, table);
    }

    private delegate void Degenerate(ReadOnlySpan<byte> picture, Span<byte> target, int width);

    private static void From(Span<byte> pixels, float factor, Degenerate degenerate, int width)
    {
        var rented = ArrayPool<byte>.Shared.Rent(pixels.Length);
        try
        {
            var from = rented.AsSpan(0, pixels.Length);
            degenerate(pixels, from, width);
            Blend.Through(from, pixels, factor);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
