using System.Buffers;
using System.Runtime.Intrinsics;

namespace JustAlexNet.Imaging.Operations;

/// <summary>Pillow's <c>Image.transform</c> with an affine map to the same size, black outside, bit for bit. In place; thread-safe.</summary>
/// <remarks>
/// Source: <c>Geometry.c</c> of Pillow 9.4. Nearest: 16 binary places, as Pillow has where coordinates stay below 32,768; pictures turned or moved farther are computed the same way here.
/// Bilinear: double precision, of four neighbours, rounded down; no antialiasing.
/// </remarks>
internal static unsafe class Warp
{
    private const int Places = 16;

    /// <param name="pixels">height x width x 3 bytes.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="map">From the result to the picture.</param>
    /// <param name="bilinear">Whether neighbours are mixed; else the nearest pixel is taken.</param>
    public static void Apply(Span<byte> pixels, int width, int height, AffineMap map, bool bilinear)
    {
        var rented = ArrayPool<byte>.Shared.Rent(pixels.Length + RgbImage.Slack);
        try
        {
            pixels.CopyTo(rented);
            fixed (byte* source = rented, target = pixels)
            {
                if (bilinear) Bilinear(source, target, width, height, map);
                else Nearest(source, target, width, height, map);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static void Nearest(byte* source, byte* target, int width, int height, AffineMap map)
    {
        var (acrossX, acrossY) = (Fixed(map.A), Fixed(map.D));
        var (downX, downY) = (Fixed(map.B), Fixed(map.E));
        long x = Fixed(map.C + map.A * 0.5 + map.B * 0.5), y = Fixed(map.F + map.D * 0.5 + map.E * 0.5);
        var stride = width * 3;
        for (var row = 0; row < height; row++, x += downX, y += downY)
        {
            var (first, end) = (0L, (long)width);
            Within(x, acrossX, (long)width << Places, ref first, ref end);
            Within(y, acrossY, (long)height << Places, ref first, ref end);
            var to = target + (long)row * stride;
            if (first >= end)
            {
                new Span<byte>(to, stride).Clear();
                continue;
            }
            new Span<byte>(to, (int)first * 3).Clear();
            new Span<byte>(to + end * 3, (width - (int)end) * 3).Clear();
            if (acrossY == 0 && acrossX == 1 << Places)
            {
                Buffer.MemoryCopy(source + (y >> Places) * stride + ((x >> Places) + first) * 3, to + first * 3, (end - first) * 3, (end - first) * 3);
                continue;
            }
            var (sx, sy) = (x + first * acrossX, y + first * acrossY);
            byte* at = to + first * 3, last = to + (end - 1) * 3;
            for (; at < last; at += 3, sx += acrossX, sy += acrossY) *(uint*)at = *(uint*)(source + (sy >> Places) * stride + (sx >> Places) * 3);      // a fourth byte is overwritten by the next pixel
            var pixel = source + (sy >> Places) * stride + (sx >> Places) * 3;
            (last[0], last[1], last[2]) = (pixel[0], pixel[1], pixel[2]);
        }
    }

    /// <summary>Narrows [first, end) to those i for which 0 &lt;= start + i step &lt; limit.</summary>
    private static void Within(long start, long step, long limit, ref long first, ref long end)
    {
        if (step == 0)
        {
            if (start < 0 || start >= limit) end = first;
            return;
        }
        var (low, high) = step > 0 ? (CeilingOf(-start, step), CeilingOf(limit - start, step)) : (CeilingOf(start - limit + 1, -step), CeilingOf(start + 1, -step));
        (first, end) = (Math.Max(first, low), Math.Min(end, high));
    }

    private static long CeilingOf(long value, long divisor) => value <= 0 ? value / divisor : (value + divisor - 1) / divisor;

    private static long Fixed(double value) => (long)Math.Floor(value * (1 << Places) + 0.5);

    private static void Bilinear(byte* source, byte* target, int width, int height, AffineMap map)
    {
        var stride = width * 3;
        for (var row = 0; row < height; row++)
            for (var column = 0; column < width; column++, target += 3)
            {
                var x = map.A * (column + 0.5) + map.B * (row + 0.5) + map.C;
                var y = map.D * (column + 0.5) + map.E * (row + 0.5) + map.F;
                if (x < 0 || x >= width || y < 0 || y >= height)
                {
                    target[0] = target[1] = target[2] = 0;
                    continue;
                }
                x -= 0.5;
                y -= 0.5;
                var (left, top) = (x < 0 ? -1 : (int)x, y < 0 ? -1 : (int)y);
                int x0 = Math.Max(left, 0) * 3, x1 = Math.Min(left + 1, width - 1) * 3;
                byte* upper = source + (long)Math.Max(top, 0) * stride, lower = source + (long)Math.Min(top + 1, height - 1) * stride;
                var (right, below) = (Vector256.Create(x - left), Vector256.Create(y - top));
                var value = Mix(Mix(Load(upper + x0), Load(upper + x1), right), Mix(Load(lower + x0), Load(lower + x1), right), below);
                (target[0], target[1], target[2]) = ((byte)value[0], (byte)value[1], (byte)value[2]);
            }
    }

    private static Vector256<double> Mix(Vector256<double> a, Vector256<double> b, Vector256<double> share) => a + (b - a) * share;

    // Red, green, blue, and the byte behind them, which nobody looks at.
    private static Vector256<double> Load(byte* pixel)
    {
        var four = Vector128.CreateScalarUnsafe(*(uint*)pixel).AsByte();
        var whole = Vector128.WidenLower(Vector128.WidenLower(four)).AsInt32();
        return Vector256.Create(Vector128.ConvertToDouble(Vector128.WidenLower(whole)), Vector128.ConvertToDouble(Vector128.WidenUpper(whole)));
    }
}
