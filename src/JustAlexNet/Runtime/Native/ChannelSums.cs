using System.Buffers;

namespace JustAlexNet.Runtime.Native;

/// <summary>Up to three sums a channel over rows, in float32 over 256 of them, in float64 above, over 16 parts in a fixed order: they do not depend on the number of threads.</summary>
internal static unsafe class ChannelSums
{
    private const int Parts = 16, Tile = 256;
    private const int Gap = 16;     // sums that lie a multiple of 4096 bytes apart make the processor wait: it takes one's store for the other's

    /// <summary>Adds the values of the rows from (included) to (excluded) to the sums at three addresses, a number a channel.</summary>
    public delegate void Addition(long from, long to, float* first, float* second, float* third);

    /// <summary>Calls <paramref name="add"/> for ranges that together are all rows.</summary>
    /// <param name="kind">See <see cref="Parallel"/>.</param>
    /// <param name="rows">Their number.</param>
    /// <param name="channels">Sums of one kind.</param>
    /// <param name="kinds">Kinds of sums, 1 to 3.</param>
    /// <param name="add">May run on several threads at once.</param>
    /// <returns>All sums of the first kind, then of the next.</returns>
    public static double[] Of(KernelKind kind, long rows, int channels, int kinds, Addition add)
    {
        var (number, step) = (kinds * channels, channels + Gap);
        var sums = ArrayPool<double>.Shared.Rent(Parts * number);       // too large to be new each time: the collector would clear its whole heap again and again
        Array.Clear(sums, 0, Parts * number);
        Parallel.For(kind, Parts, 1, (firstPart, endPart) =>
        {
            var tile = ArrayPool<float>.Shared.Rent(3 * step);
            fixed (float* values = tile)
                for (var part = firstPart; part < endPart; part++)
                {
                    var (from, end) = (rows * part / Parts, rows * (part + 1) / Parts);
                    for (var row = from; row < end; row += Tile)
                    {
                        Array.Clear(tile, 0, kinds * step);
                        add(row, Math.Min(row + Tile, end), values, values + step, values + 2 * step);
                        for (var kind = 0; kind < kinds; kind++)
                        {
                            var target = sums.AsSpan((int)part * number + kind * channels, channels);
                            for (var c = 0; c < channels; c++) target[c] += tile[kind * step + c];
                        }
                    }
                }
            ArrayPool<float>.Shared.Return(tile);
        });
        for (var part = 1; part < Parts; part++)
            for (var i = 0; i < number; i++) sums[i] += sums[part * number + i];
        var result = sums[..number];
        ArrayPool<double>.Shared.Return(sums);
        return result;
    }
}
