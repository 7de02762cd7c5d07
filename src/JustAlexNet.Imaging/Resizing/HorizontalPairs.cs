using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace JustAlexNet.Imaging.Resizing;

/// <summary>Four rows resized along their length with AVX2: two rows to a vector, two source pixels to an instruction.</summary>
/// <remarks>
/// <c>vpmaddwd</c> multiplies 16-bit numbers, a weight has 23 bits. So each weight is cut into upper and lower bits, both are summed apart and put
/// together at the end: in whole numbers that is exact. 0.6 of the instructions of one 32-bit product for each pixel and weight.
/// </remarks>
internal static unsafe class HorizontalPairs
{
    /// <summary>Bytes that are read from a pixel on, at most.</summary>
    public const int Reach = 16;

    /// <summary>Lower bits of a weight.</summary>
    private const int LowBits = 11;

    // Of two neighbouring pixels: red and red, green and green, blue and blue, each byte with a zero above it.
    private static readonly Vector256<byte> FirstTwo = Twice(0, 0x80, 3, 0x80, 1, 0x80, 4, 0x80, 2, 0x80, 5, 0x80, 0x80, 0x80, 0x80, 0x80);
    private static readonly Vector256<byte> NextTwo = Twice(6, 0x80, 9, 0x80, 7, 0x80, 10, 0x80, 8, 0x80, 11, 0x80, 0x80, 0x80, 0x80, 0x80);

    /// <summary>
    /// A weight's pixel and the next one's, as the instruction wants them: for each two weights first the upper bits of both in one number, then the
    /// lower ones. An odd one out is paired with 0, whose pixel need not exist.
    /// </summary>
    public static int[] Cut(ReadOnlySpan<int> weights, int longest)
    {
        var stride = Stride(longest);
        var cut = new int[checked(weights.Length / longest * stride)];
        for (var row = 0; row < weights.Length / longest; row++)
            for (var tap = 0; tap < longest; tap += 2)
            {
                var first = weights[row * longest + tap];
                var second = tap + 1 < longest ? weights[row * longest + tap + 1] : 0;
                cut[row * stride + tap] = Both(first >> LowBits, second >> LowBits);
                cut[row * stride + tap + 1] = Both(first & ((1 << LowBits) - 1), second & ((1 << LowBits) - 1));
            }
        return cut;
    }

    /// <param name="from">The first row, from column 0; <see cref="Reach"/> bytes are readable from every pixel needed.</param>
    /// <param name="fromStride">Bytes from one row to the next.</param>
    /// <param name="coefficients">For the columns wanted.</param>
    /// <param name="to">Receives the columns wanted of four rows.</param>
    /// <param name="toStride">Bytes from one row of the target to the next.</param>
    /// <param name="flip">Whether the columns are written in reverse order.</param>
    public static void FourRows(byte* from, long fromStride, Coefficients coefficients, byte* to, long toStride, bool flip)
    {
        var columns = coefficients.Key.Count;
        var stride = Stride(coefficients.Longest);
        var (first, next) = (FirstTwo, NextTwo);
        fixed (int* cut = coefficients.CutWeights, starts = coefficients.Starts, counts = coefficients.Counts)
            for (var x = 0; x < columns; x++)
            {
                var wanted = flip ? columns - 1 - x : x;
                var (ac, bd) = Sum(from + 3L * starts[wanted], fromStride, cut + (long)wanted * stride, counts[wanted], first, next);
                Store(ac, bd, to + 3L * x, toStride, last: x + 1 == columns);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]      // so that the constants stay in registers from pixel to pixel
    private static (ulong AC, ulong BD) Sum(byte* at, long stride, int* cut, int taps, Vector256<byte> first, Vector256<byte> next)
    {
        var (upperAB, upperCD) = (Vector256<int>.Zero, Vector256<int>.Zero);
        var (lowerAB, lowerCD) = (Vector256.Create(FixedPoint.Half), Vector256.Create(FixedPoint.Half));
        for (; taps > 0; taps -= 4, at += 12, cut += 4)
        {
            var (ab, cd) = (Rows(at, stride), Rows(at + 2 * stride, stride));
            var (upper, lower) = (Weights(cut), Weights(cut + 1));
            var (pairAB, pairCD) = (Avx2.Shuffle(ab, first).AsInt16(), Avx2.Shuffle(cd, first).AsInt16());
            upperAB += Avx2.MultiplyAddAdjacent(pairAB, upper);
            lowerAB += Avx2.MultiplyAddAdjacent(pairAB, lower);
            upperCD += Avx2.MultiplyAddAdjacent(pairCD, upper);
            lowerCD += Avx2.MultiplyAddAdjacent(pairCD, lower);
            if (taps <= 2) break;
            (upper, lower) = (Weights(cut + 2), Weights(cut + 3));
            (pairAB, pairCD) = (Avx2.Shuffle(ab, next).AsInt16(), Avx2.Shuffle(cd, next).AsInt16());
            upperAB += Avx2.MultiplyAddAdjacent(pairAB, upper);
            lowerAB += Avx2.MultiplyAddAdjacent(pairAB, lower);
            upperCD += Avx2.MultiplyAddAdjacent(pairCD, upper);
            lowerCD += Avx2.MultiplyAddAdjacent(pairCD, lower);
        }
        var sumAB = ((upperAB << LowBits) + lowerAB) >> Coefficients.Places;
        var sumCD = ((upperCD << LowBits) + lowerCD) >> Coefficients.Places;
        var words = Avx2.PackSignedSaturate(sumAB, sumCD);
        var bytes = Avx2.PackUnsignedSaturate(words, words).AsUInt64();
        return (bytes.ToScalar(), bytes.GetUpper().ToScalar());
    }

    private static void Store(ulong ac, ulong bd, byte* to, long stride, bool last)
    {
        if (!last)                                          // a fourth byte is written along, and then overwritten by the next pixel
        {
            *(uint*)to = (uint)ac;
            *(uint*)(to + stride) = (uint)bd;
            *(uint*)(to + 2 * stride) = (uint)(ac >> 32);
            *(uint*)(to + 3 * stride) = (uint)(bd >> 32);
            return;
        }
        FixedPoint.StorePixel(to, (uint)ac);
        FixedPoint.StorePixel(to + stride, (uint)bd);
        FixedPoint.StorePixel(to + 2 * stride, (uint)(ac >> 32));
        FixedPoint.StorePixel(to + 3 * stride, (uint)(bd >> 32));
    }

    private static Vector256<byte> Rows(byte* at, long stride) => Vector256.Create(Vector128.Load(at), Vector128.Load(at + stride));

    private static Vector256<short> Weights(int* two) => Vector256.Create(*two).AsInt16();

    private static int Both(int first, int second) => (first & 0xFFFF) | (second << 16);

    private static int Stride(int longest) => (longest + 1) / 2 * 2;

    private static Vector256<byte> Twice(params ReadOnlySpan<byte> sixteen) => Vector256.Create(Vector128.Create(sixteen), Vector128.Create(sixteen));
}
