using SkiaSharp;

namespace JustAlexNet.Imaging.Decoding;

/// <summary>Turns and mirrors a picture as its EXIF orientation asks.</summary>
internal static class Orientation
{
    /// <summary>Pixels are moved in squares of this side, so that both the rows read and the rows written stay in the cache.</summary>
    private const int Tile = 32;

    /// <summary>The picture upright.</summary>
    /// <param name="stored">The picture as stored; given back if it was replaced.</param>
    /// <param name="origin">Where its first pixel belongs.</param>
    public static RgbImage Apply(RgbImage stored, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft or < SKEncodedOrigin.TopLeft or > SKEncodedOrigin.LeftBottom) return stored;
        var turned = origin >= SKEncodedOrigin.LeftTop;     // the last four swap the sides
        var upright = turned ? new RgbImage(stored.Height, stored.Width, stored.Pool) : new RgbImage(stored.Width, stored.Height, stored.Pool);
        var right = 3;
        var down = 3 * stored.Width;
        var lastColumn = right * (stored.Width - 1);
        var lastRow = down * (stored.Height - 1);
        var (start, x, y) = origin switch                   // first pixel of the result, and the way to the next column and row
        {
            SKEncodedOrigin.TopRight => (lastColumn, -right, down),
            SKEncodedOrigin.BottomRight => (lastColumn + lastRow, -right, -down),
            SKEncodedOrigin.BottomLeft => (lastRow, right, -down),
            SKEncodedOrigin.LeftTop => (0, down, right),
            SKEncodedOrigin.RightTop => (lastRow, -down, right),
            SKEncodedOrigin.RightBottom => (lastColumn + lastRow, -down, -right),
            _ => (lastColumn, down, -right),
        };
        Move(stored.Pixels, start, x, y, upright);
        stored.Dispose();
        return upright;
    }

    private static void Move(ReadOnlySpan<byte> source, int start, int stepX, int stepY, RgbImage upright)
    {
        var target = upright.Pixels;
        for (var top = 0; top < upright.Height; top += Tile)
            for (var left = 0; left < upright.Width; left += Tile)
                for (var y = top; y < Math.Min(top + Tile, upright.Height); y++)
                {
                    var from = start + y * stepY + left * stepX;
                    var to = (y * upright.Width + left) * 3;
                    for (var x = left; x < Math.Min(left + Tile, upright.Width); x++, from += stepX, to += 3)
                    {
                        target[to] = source[from];
                        target[to + 1] = source[from + 1];
                        target[to + 2] = source[from + 2];
                    }
                }
    }
}
