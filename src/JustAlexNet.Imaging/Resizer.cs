using System.Buffers;
using JustAlexNet.Imaging.Resizing;

namespace JustAlexNet.Imaging;

/// <summary>Antialiased resizing of 8-bit pictures, bit for bit as Pillow does it.</summary>
/// <remarks>
/// Source: Pillow's <c>Resample.c</c> (version 13.0; unchanged in this since 4.0). Weights have 22 binary places; first each needed row is
/// resized along its length and rounded to whole values, then each column; a pass that changes no length is left out. Thread-safe.
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
        if (!box.IsInside(source.Width, source.Height))
            throw new ArgumentException($"{box} is not inside a picture of {source.Width} x {source.Height} pixels.", nameof(box));
        if (target.Length < (long)width * height * 3)
            throw new ArgumentException($"The target has {target.Length} bytes, {width} x {height} pixels need {(long)width * height * 3}.", nameof(target));

        Resize(source, box, new(box.Width, width, 0, width, interpolation), new(box.Height, height, 0, height, interpolation), target, width * 3, flip);
    }

    /// <summary>
    /// Computes a window of a resized picture: the columns of one key by the rows of the other, into a target whose rows are
    /// <paramref name="stride"/> bytes apart. Bytes between the rows stay as they were.
    /// </summary>
    internal static void Resize(RgbImage source, PixelBox box, AxisKey columns, AxisKey rows, Span<byte> target, int stride, bool flip)
    {
        var from = new Plane(source.PixelsAndSlack[((box.Top * source.Width + box.Left) * 3)..], source.Width * 3);
        var down = rows.IsIdentity ? null : CoefficientCache.Get(rows);
        if (columns.IsIdentity)
        {
            var cut = new Plane(from.Bytes[((int)columns.First * 3)..], from.Stride);
            if (down is null) Copy(cut.From((int)rows.First), target, stride, columns.Count, rows.Count);
            else VerticalPass.Run(cut, 0, down, target, stride, columns.Count * 3);
            if (flip) Mirror(target, stride, columns.Count, rows.Count);
            return;
        }

        var across = CoefficientCache.Get(columns);
        if (down is null)
        {
            HorizontalPass.Run(from.From((int)rows.First), rows.Count, across, target, stride, flip);
            return;
        }

        var first = down.FirstNeeded;
        var count = down.EndNeeded - first;
        var between = columns.Count * 3;
        var scratch = ArrayPool<byte>.Shared.Rent(checked(between * count));
        try
        {
            HorizontalPass.Run(from.From(first), count, across, scratch, between, flip);
            VerticalPass.Run(new Plane(scratch, between), first, down, target, stride, between);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    private static void Copy(Plane from, Span<byte> target, int stride, int width, int height)
    {
        for (var y = 0; y < height; y++) from.Bytes.Slice(y * from.Stride, width * 3).CopyTo(target[(y * stride)..]);
    }

    private static void Mirror(Span<byte> target, int stride, int width, int height)
    {
        for (var y = 0; y < height; y++)
        {
            var row = target.Slice(y * stride, width * 3);
            for (int left = 0, right = row.Length - 3; left < right; left += 3, right -= 3)
                for (var c = 0; c < 3; c++) (row[left + c], row[right + c]) = (row[right + c], row[left + c]);
        }
    }
}
