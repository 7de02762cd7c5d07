using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace JustAlexNet.Imaging.Resizing;

/// <summary>Resizes columns: each row of the result is a weighted sum of whole rows, rounded and cut to 0-255.</summary>
internal static unsafe class VerticalPass
{
    private const int Step = 16;

    /// <param name="source">The rows, from column 0; all that the coefficients need.</param>
    /// <param name="coefficients">For the rows wanted.</param>
    /// <param name="target">Receives the rows wanted.</param>
    /// <param name="stride">Bytes from one row of the target to the next.</param>
    /// <param name="length">Bytes of a row.</param>
    public static void Run(Plane source, Coefficients coefficients, Span<byte> target, int stride, int length)
    {
        if (Vector128.IsHardwareAccelerated && length >= Step) RunVectors(source, coefficients, target, stride, length, Avx2.IsSupported);
        else RunScalar(source, coefficients, target, stride, length);
    }

    /// <summary>The same by vectors, sixteen bytes at a time; a row has at least as many.</summary>
    internal static void RunVectors(Plane source, Coefficients coefficients, Span<byte> target, int stride, int length, bool avx2)
    {
        var rows = coefficients.Key.Count;
        _ = source.Bytes[(coefficients.EndNeeded - 1 - source.FirstRow) * source.Stride + length - 1];
        _ = target[(rows - 1) * stride + length - 1];       // so all that is read and written below is inside
        fixed (byte* from = source.Bytes, to = target)
        {
            for (var y = 0; y < rows; y++)
            {
                var start = from + (long)(coefficients.Start(y) - source.FirstRow) * source.Stride;
                var row = to + (long)y * stride;
                var weights = coefficients.Weights(y);
                for (var x = 0; x < length; x += Step)
                {
                    var at = Math.Min(x, length - Step);        // the last sixteen may overlap: same values again
                    if (avx2) SixteenAvx2(start + at, source.Stride, weights, row + at);
                    else Sixteen(start + at, source.Stride, weights, row + at);
                }
            }
        }
    }

    /// <summary>The same without vector instructions.</summary>
    internal static void RunScalar(Plane source, Coefficients coefficients, Span<byte> target, int stride, int length)
    {
        for (var y = 0; y < coefficients.Key.Count; y++)
        {
            var weights = coefficients.Weights(y);
            var rows = source.Row(coefficients.Start(y));
            for (var x = 0; x < length; x++)
            {
                var sum = FixedPoint.Half;
                for (var tap = 0; tap < weights.Length; tap++) sum += rows[tap * source.Stride + x] * weights[tap];
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

    private static void SixteenAvx2(byte* from, int stride, ReadOnlySpan<int> weights, byte* to)
    {
        var a = Vector256.Create(FixedPoint.Half);
        var b = a;
        foreach (var weight in weights)
        {
            var w = Vector256.Create(weight);
            a += Avx2.ConvertToVector256Int32(from) * w;
            b += Avx2.ConvertToVector256Int32(from + 8) * w;
            from += stride;
        }
        FixedPoint.ToBytes(a.GetLower(), a.GetUpper(), b.GetLower(), b.GetUpper()).Store(to);
    }
}
