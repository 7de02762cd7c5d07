using System.Buffers;
using System.Runtime.Intrinsics;

namespace JustAlexNet.Imaging.Operations;

/// <summary>Pillow's <c>ImageFilter.SMOOTH</c>, bit for bit: each pixel five times and its eight neighbours once, divided by 13; the outermost pixels stay as they are.</summary>
/// <remarks>
/// Pillow adds in single precision; the sum over 13 never lies nearer to a half than 1/26, so whole numbers round to the same values: (sum + 6) / 13, and
/// that is (sum + 6) x 5042 / 65536 for every sum there is.
/// </remarks>
internal static class Smoothing
{
    public static void Write(ReadOnlySpan<byte> pixels, Span<byte> target, int width)
    {
        var stride = width * 3;
        var height = pixels.Length / stride;
        if (width < 3 || height < 3)
        {
            pixels.CopyTo(target);
            return;
        }
        pixels[..stride].CopyTo(target);
        pixels[^stride..].CopyTo(target[((height - 1) * stride)..]);
        var rented = ArrayPool<ushort>.Shared.Rent(stride);
        try
        {
            var sums = rented.AsSpan(0, stride);
            for (var y = 1; y < height - 1; y++)
            {
                var row = pixels.Slice(y * stride, stride);
                AddUp(pixels.Slice((y - 1) * stride, stride), row, pixels.Slice((y + 1) * stride, stride), sums);
                var result = target.Slice(y * stride, stride);
                row[..3].CopyTo(result);
                row[^3..].CopyTo(result[^3..]);
                Divide(sums, row, result);
            }
        }
        finally
        {
            ArrayPool<ushort>.Shared.Return(rented);
        }
    }

    private static void AddUp(ReadOnlySpan<byte> above, ReadOnlySpan<byte> row, ReadOnlySpan<byte> below, Span<ushort> sums)
    {
        const int step = 32;
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
            for (; i + step <= row.Length; i += step)
            {
                var (a, b, c) = (Vector256.Create(above.Slice(i, step)), Vector256.Create(row.Slice(i, step)), Vector256.Create(below.Slice(i, step)));
                (Vector256.WidenLower(a) + Vector256.WidenLower(b) + Vector256.WidenLower(c)).CopyTo(sums[i..]);
                (Vector256.WidenUpper(a) + Vector256.WidenUpper(b) + Vector256.WidenUpper(c)).CopyTo(sums[(i + step / 2)..]);
            }
        for (; i < row.Length; i++) sums[i] = (ushort)(above[i] + row[i] + below[i]);
    }

    private static void Divide(ReadOnlySpan<ushort> sums, ReadOnlySpan<byte> row, Span<byte> result)
    {
        const int step = 32;
        var i = 3;
        if (Vector256.IsHardwareAccelerated)
            for (; i + step + 3 <= row.Length; i += step)
            {
                var middle = Vector256.Create(row.Slice(i, step));
                Vector256.Narrow(Sixteen(sums, i, Vector256.WidenLower(middle)), Sixteen(sums, i + step / 2, Vector256.WidenUpper(middle))).CopyTo(result[i..]);
            }
        for (; i < row.Length - 3; i++) result[i] = (byte)((sums[i - 3] + sums[i] + sums[i + 3] + 4 * row[i] + 6) * 5042 >> 16);
    }

    private static Vector256<ushort> Sixteen(ReadOnlySpan<ushort> sums, int at, Vector256<ushort> middle)
    {
        var sum = Vector256.Create(sums.Slice(at - 3, 16)) + Vector256.Create(sums.Slice(at, 16)) + Vector256.Create(sums.Slice(at + 3, 16)) + (middle << 2) + Vector256.Create((ushort)6);
        return Vector256.Narrow(Vector256.WidenLower(sum) * 5042 >>> 16, Vector256.WidenUpper(sum) * 5042 >>> 16);
    }
}
