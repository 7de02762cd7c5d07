using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace JustAlexNet.Imaging.Resizing;

/// <summary>Resizes rows along their length: each pixel of the result is a weighted sum of neighbours in its row, rounded and cut to 0-255.</summary>
internal static unsafe class HorizontalPass
{
    /// <param name="source">The rows, from row 0; behind the last pixel needed <see cref="RgbImage.Slack"/> more bytes are readable.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="coefficients">For the columns wanted.</param>
    /// <param name="target">Receives the columns wanted of each row.</param>
    /// <param name="stride">Bytes from one row of the target to the next.</param>
    /// <param name="flip">Whether the columns are written in reverse order.</param>
    public static void Run(Plane source, int rows, Coefficients coefficients, Span<byte> target, int stride, bool flip)
    {
        if (Vector128.IsHardwareAccelerated) RunVectors(source, rows, coefficients, target, stride, flip, Avx2.IsSupported);
        else RunScalar(source, rows, coefficients, target, stride, flip);
    }

    /// <summary>The same by vectors, four rows at a time so that a weight is fetched once for all.</summary>
    internal static void RunVectors(Plane source, int rows, Coefficients coefficients, Span<byte> target, int stride, bool flip, bool avx2)
    {
        _ = source.Bytes[(rows - 1) * source.Stride + (coefficients.EndNeeded - source.FirstColumn) * 3 + HorizontalPairs.Reach - 1];
        _ = target[(rows - 1) * stride + coefficients.Key.Count * 3 - 1];       // so all that is read and written below is inside
        fixed (byte* from = source.Bytes, to = target)
        {
            var origin = from - 3L * source.FirstColumn;
            var y = 0;
            for (; y + 4 <= rows; y += 4)
            {
                var row = origin + (long)y * source.Stride;
                var place = to + (long)y * stride;
                if (avx2) HorizontalPairs.FourRows(row, source.Stride, coefficients, place, stride, flip);
                else FourRows(row, source.Stride, coefficients, place, stride, flip);
            }
            for (; y < rows; y++) OneRow(origin + (long)y * source.Stride, coefficients, to + (long)y * stride, flip);
        }
    }

    /// <summary>The same without vector instructions.</summary>
    internal static void RunScalar(Plane source, int rows, Coefficients coefficients, Span<byte> target, int stride, bool flip)
    {
        var columns = coefficients.Key.Count;
        for (var y = 0; y < rows; y++)
        {
            var row = source.Row(y);
            for (var x = 0; x < columns; x++)
            {
                var wanted = flip ? columns - 1 - x : x;
                var weights = coefficients.Weights(wanted);
                for (var c = 0; c < 3; c++)
                {
                    var sum = FixedPoint.Half;
                    var at = (coefficients.Start(wanted) - source.FirstColumn) * 3 + c;
                    for (var tap = 0; tap < weights.Length; tap++) sum += row[at + 3 * tap] * weights[tap];
                    target[y * stride + 3 * x + c] = FixedPoint.ToByte(sum);
                }
            }
        }
    }

    private static void FourRows(byte* from, int fromStride, Coefficients coefficients, byte* to, int toStride, bool flip)
    {
        var columns = coefficients.Key.Count;
        for (var x = 0; x < columns; x++)
        {
            var wanted = flip ? columns - 1 - x : x;
            var start = from + 3 * coefficients.Start(wanted);
            var a = Vector128.Create(FixedPoint.Half);
            var b = a;
            var c = a;
            var d = a;
            foreach (var weight in coefficients.Weights(wanted))
            {
                var w = Vector128.Create(weight);
                a += FixedPoint.Load(start) * w;
                b += FixedPoint.Load(start + fromStride) * w;
                c += FixedPoint.Load(start + 2L * fromStride) * w;
                d += FixedPoint.Load(start + 3L * fromStride) * w;
                start += 3;
            }
            var all = FixedPoint.ToBytes(a, b, c, d).AsUInt32();
            var place = to + 3 * x;
            if (x + 1 < columns)                            // a fourth byte is written along, and then overwritten by the next pixel
            {
                *(uint*)place = all.ToScalar();
                *(uint*)(place + toStride) = all.GetElement(1);
                *(uint*)(place + 2L * toStride) = all.GetElement(2);
                *(uint*)(place + 3L * toStride) = all.GetElement(3);
            }
            else
            {
                FixedPoint.StorePixel(place, all.ToScalar());
                FixedPoint.StorePixel(place + toStride, all.GetElement(1));
                FixedPoint.StorePixel(place + 2L * toStride, all.GetElement(2));
                FixedPoint.StorePixel(place + 3L * toStride, all.GetElement(3));
            }
        }
    }

    private static void OneRow(byte* from, Coefficients coefficients, byte* to, bool flip)
    {
        var columns = coefficients.Key.Count;
        for (var x = 0; x < columns; x++)
        {
            var wanted = flip ? columns - 1 - x : x;
            var start = from + 3 * coefficients.Start(wanted);
            var sum = Vector128.Create(FixedPoint.Half);
            foreach (var weight in coefficients.Weights(wanted))
            {
                sum += FixedPoint.Load(start) * Vector128.Create(weight);
                start += 3;
            }
            FixedPoint.StorePixel(to + 3 * x, FixedPoint.ToBytes(sum, sum, sum, sum).AsUInt32().ToScalar());
        }
    }
}
