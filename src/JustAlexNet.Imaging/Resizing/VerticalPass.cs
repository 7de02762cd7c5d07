using System.Runtime.Intrinsics;

namespace JustAlexNet.Imaging.Resizing;

/// <summary>Resizes columns: each row of the result is a weighted sum of whole rows, rounded and cut to 0-255.</summary>
internal static unsafe class VerticalPass
{
    private const int Step = 16;

    /// <param name="source">The rows, of which the first is row <paramref name="firstRow"/> of the picture.</param>
    /// <param name="firstRow">See <paramref name="source"/>.</param>
    /// <param name="coefficients">For the rows wanted.</param>
    /// <param name="target">Receives the rows wanted.</param>
    /// <param name="stride">Bytes from one row of the target to the next.</param>
    /// <param name="length">Bytes of a row.</param>
    public static void Run(Plane source, int firstRow, Coefficients coefficients, Span<byte> target, int stride, int length)
    {
        if (!Vector128.IsHardwareAccelerated || length < Step)
        {
            RunScalar(source, firstRow, coefficients, target, stride, length);
            return;
        }
        var rows = coefficients.Key.Count;
        _ = source.Bytes[(coefficients.EndNeeded - 1 - firstRow) * source.Stride + length - 1];      // all that is read and written below is inside
        _ = target[(rows - 1) * stride + length - 1];
        fixed (byte* from = source.Bytes, to = target)
        {
            for (var y = 0; y < rows; y++)
            {
                var start = from + (long)(coefficients.Start(y) - firstRow) * source.Stride;
                var row = to + (long)y * stride;
                var weights = coefficients.Weights(y);
                for (var x = 0; x <= length - Step; x += Step) Sixteen(start + x, source.Stride, weights, row + x);
                if (length % Step != 0) Sixteen(start + length - Step, source.Stride, weights, row + length - Step);     // overlaps, same values
            }
        }
    }

    /// <summary>The same without vector instructions.</summary>
    internal static void RunScalar(Plane source, int firstRow, Coefficients coefficients, Span<byte> target, int stride, int length)
    {
        for (var y = 0; y < coefficients.Key.Count; y++)
        {
            var weights = coefficients.Weights(y);
            var rows = source.From(coefficients.Start(y) - firstRow);
            for (var x = 0; x < length; x++)
            {
                var sum = FixedPoint.Half;
                for (var tap = 0; tap < weights.Length; tap++) sum += rows.Bytes[tap * source.Stride + x] * weights[tap];
                target[y * stride + x] = FixedPoint.ToByte(sum);
            }
        }
    }

    private static void Sixteen(byte* from, int stride, ReadOnlySpan<int> weights, byte* to)
    {
        var a = Vector128.Create(FixedPoint.Half);
        var b = a;
        var c = a;
        var d = a;
        foreach (var weight in weights)
        {
            var w = Vector128.Create(weight);
            a += FixedPoint.Load(from) * w;
            b += FixedPoint.Load(from + 4) * w;
            c += FixedPoint.Load(from + 8) * w;
            d += FixedPoint.Load(from + 12) * w;
            from += stride;
        }
        FixedPoint.ToBytes(a, b, c, d).Store(to);
    }
}
