using JustAlexNet.Imaging.Resizing;

namespace JustAlexNet.Imaging;

/// <summary>Antialiased resizing of 8-bit pictures, bit for bit as Pillow 13 does it.</summary>
/// <remarks>
/// Source: Pillow 13.0's <c>Resample.c</c>. Weights have 22 binary places; usually each needed row is resized along its length and rounded to
/// whole values, then each column; a pass that changes no length is left out. As in Pillow since 13, columns go first where the height
/// shrinks by more than twice as many pixels as the width (older versions differ there by one level in a few pixels). Thread-safe.
/// </remarks>
public static class Resizer
{
    /// <summary>
    /// Cuts <paramref name="box"/> out of a picture and resizes it to width x height, as torchvision's <c>resized_crop</c>: pixels outside
    /// the box have no influence.
    /// </summary>
    /// <param name="source">The picture; not changed.</param>
    /// <param name="box">What to take of it, inside the picture.</param>
    /// <param name="target">Receives height x width x 3 bytes, row by row, RGB; longer is fine, the rest stays as it was. Must not be the source's own memory.</param>
    /// <param name="width">Columns of the result, 1 or more.</param>
    /// <param name="height">Rows of the result, 1 or more.</param>
    /// <param name="interpolation">The kernel.</param>
    /// <param name="flip">Whether the result is mirrored, left for right. Equals mirroring afterwards, and costs nothing.</param>
    /// <exception cref="ArgumentException">The box is not inside the picture, or the target is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1, or the interpolation is not one of the list.</exception>
    public static void Resize(RgbImage source, PixelBox box, Span<byte> target, int width, int height, Interpolation interpolation, bool flip = false)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (!Enum.IsDefined(interpolation)) throw new ArgumentOutOfRangeException(nameof(interpolation), interpolation, "Expected Bilinear or Bicubic.");
        if (!box.IsInside(source.Width, source.Height))
            throw new ArgumentException($"{box} is not inside a picture of {source.Width} x {source.Height} pixels.", nameof(box));
        TwoPasses.CheckLength(target, width, height);

        TwoPasses.Run(source, box, new(box.Width, width, 0, width, interpolation), new(box.Height, height, 0, height, interpolation), target, width * 3, flip);
    }

    /// <summary>The same for edges that may cut through pixels: these are the only ones beyond the edge that have influence.</summary>
    /// <param name="source">The picture; not changed.</param>
    /// <param name="columns">Where what is taken begins and ends, in columns, inside the picture.</param>
    /// <param name="rows">The same in rows.</param>
    /// <param name="target">Receives height x width x 3 bytes.</param>
    /// <param name="width">Columns of the result, 1 or more.</param>
    /// <param name="height">Rows of the result, 1 or more.</param>
    /// <param name="interpolation">The kernel.</param>
    /// <param name="flip">Whether the result is mirrored.</param>
    internal static void Resize(RgbImage source, (double Begin, double End) columns, (double Begin, double End) rows, Span<byte> target, int width, int height, Interpolation interpolation, bool flip)
    {
        TwoPasses.CheckLength(target, width, height);
        var (left, top) = ((int)columns.Begin, (int)rows.Begin);
        var box = new PixelBox(left, top, (int)Math.Ceiling(columns.End) - left, (int)Math.Ceiling(rows.End) - top);
        if (!box.IsInside(source.Width, source.Height)) throw new ArgumentException($"{columns} x {rows} is not inside a picture of {source.Width} x {source.Height} pixels.", nameof(columns));
        TwoPasses.Run(source, box,
            new(box.Width, width, 0, width, interpolation) { Begin = columns.Begin - left, Extent = columns.End - columns.Begin },
            new(box.Height, height, 0, height, interpolation) { Begin = rows.Begin - top, Extent = rows.End - rows.Begin }, target, width * 3, flip);
    }
}
