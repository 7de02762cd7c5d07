using System.Buffers;

namespace JustAlexNet.Imaging.Resizing;

/// <summary>A whole resize: along the rows, along the columns, in Pillow's order, with nothing computed that is not asked for.</summary>
internal static class TwoPasses
{
    /// <summary>
    /// Computes a window of a resized picture, the columns of one key by the rows of the other, into a target whose rows are
    /// <paramref name="stride"/> bytes apart. Bytes between the rows stay as they were.
    /// </summary>
    public static void Run(RgbImage source, PixelBox box, AxisKey columns, AxisKey rows, Span<byte> target, int stride, bool flip)
    {
        var from = new Plane(source.PixelsAndSlack, source.Width * 3).From(box.Left, box.Top);
        if (columns.IsIdentity)
        {
            var cut = from.From((int)columns.First, 0);
            if (rows.IsIdentity) Copy(cut.From(0, (int)rows.First), target, stride, columns.Count, rows.Count);
            else VerticalPass.Run(cut, CoefficientCache.Get(rows), target, stride, columns.Count * 3);
            if (flip) Mirror(target, stride, columns.Count, rows.Count);
        }
        else if (rows.IsIdentity)
        {
            HorizontalPass.Run(from.From(0, (int)rows.First), rows.Count, CoefficientCache.Get(columns), target, stride, flip);
        }
        else if (ColumnsFirst(columns, rows))
        {
            VerticalThenHorizontal(source.Pool, from, CoefficientCache.Get(columns), CoefficientCache.Get(rows), target, stride, flip);
        }
        else
        {
            HorizontalThenVertical(source.Pool, from, CoefficientCache.Get(columns), CoefficientCache.Get(rows), target, stride, flip);
        }
    }

    /// <exception cref="ArgumentException">The target is too short for a picture of this size.</exception>
    public static void CheckLength(ReadOnlySpan<byte> target, int width, int height)
    {
        var needed = (long)width * height * 3;
        if (target.Length < needed)
            throw new ArgumentException($"The target has {target.Length} bytes, {width} x {height} pixels need {needed}.", nameof(target));
    }

    /// <summary>
    /// Pillow 13's rule (its pull request 9549): where the height shrinks by more than twice as many pixels as the width, which may even grow.
    /// Of the reference values, those of the 200 x 267 photo squashed to 224 and of the thin strip squashed to 64 need it.
    /// </summary>
    private static bool ColumnsFirst(AxisKey columns, AxisKey rows) =>
        rows.Source > rows.Target && rows.Source - rows.Target > 2 * (columns.Source - columns.Target);

    private static void HorizontalThenVertical(MemoryPool<byte> pool, Plane from, Coefficients across, Coefficients down, Span<byte> target, int stride, bool flip)
    {
        var needed = down.EndNeeded - down.FirstNeeded;
        var length = across.Key.Count * 3;
        using var memory = pool.Rent(checked(length * needed));
        var scratch = memory.Memory.Span;
        HorizontalPass.Run(from.From(0, down.FirstNeeded), needed, across, scratch, length, flip);
        VerticalPass.Run(new Plane(scratch, length, 0, down.FirstNeeded), down, target, stride, length);
    }

    private static void VerticalThenHorizontal(MemoryPool<byte> pool, Plane from, Coefficients across, Coefficients down, Span<byte> target, int stride, bool flip)
    {
        var length = (across.EndNeeded - across.FirstNeeded) * 3;
        using var memory = pool.Rent(checked(length * down.Key.Count + RgbImage.Slack));
        var scratch = memory.Memory.Span;
        VerticalPass.Run(from.From(across.FirstNeeded, 0), down, scratch, length, length);
        HorizontalPass.Run(new Plane(scratch, length, across.FirstNeeded, 0), down.Key.Count, across, target, stride, flip);
    }

    private static void Copy(Plane from, Span<byte> target, int stride, int width, int height)
    {
        for (var y = 0; y < height; y++) from.Row(y)[..(width * 3)].CopyTo(target[(y * stride)..]);
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
