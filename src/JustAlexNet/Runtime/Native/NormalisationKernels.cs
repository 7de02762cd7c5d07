using System.Runtime.Intrinsics;

namespace JustAlexNet.Runtime.Native;

/// <summary>Batch normalisation with the rectifier behind it, in as few passes over the memory as there can be.</summary>
/// <remarks>
/// Rows are pixels, columns channels, their number a multiple of 8. Sums: float32 over 256 rows, float64 above, over 16 parts in a fixed order, so that results
/// do not depend on the number of threads. Formulas: Ioffe and Szegedy, arXiv 1502.03167, section 3.
/// </remarks>
internal static unsafe class NormalisationKernels<T, TElement> where T : unmanaged where TElement : struct, IElement<T>
{
    private const int Width = 8, Parts = 16, Tile = 256;

    /// <summary>Mean and biased variance of every channel.</summary>
    public static void Statistics(ChannelMatrix x, long rows, int channels, Span<double> mean, Span<double> variance)
    {
        var sums = new double[Parts * 2 * channels];
        Share(rows, sums, channels, (from, to, first, second) =>
        {
            var origin = x.Row<T>(0);       // sums of squares around a value of the channel itself do not cancel
            for (var row = from; row < to; row++)
            {
                var values = x.Row<T>(row);
                for (var c = 0; c < channels; c += Width)
                {
                    var value = TElement.Load(values + c) - TElement.Load(origin + c);
                    (Vector256.Load(first + c) + value).Store(first + c);
                    Vector256.FusedMultiplyAdd(value, value, Vector256.Load(second + c)).Store(second + c);
                }
            }
        });
        var start = stackalloc float[Width];
        for (var c = 0; c < channels; c++)
        {
            if (c % Width == 0) TElement.Load(x.Row<T>(0) + c).Store(start);
            var centre = sums[c] / rows;
            mean[c] = start[c % Width] + centre;
            variance[c] = Math.Max(0, sums[channels + c] / rows - centre * centre);
        }
    }

    /// <summary>y = max(0, scale x + shift).</summary>
    public static void Rectified(ChannelMatrix x, ChannelMatrix y, long rows, int channels, float[] scale, float[] shift) =>
        Parallel.For(KernelKind.Normalisation, rows, Grain(channels), (from, to) =>
        {
            fixed (float* a = scale, b = shift)
                for (var row = from; row < to; row++)
                {
                    T* source = x.Row<T>(row), target = y.Row<T>(row);
                    for (var c = 0; c < channels; c += Width)
                        TElement.Store(target + c, Vector256.Max(Normal(source, a, b, c), Vector256<float>.Zero));
                }
        });

    /// <summary>Backwards through y = max(0, scale x + shift): sums of g = dy where y is above 0, and of g (x - mean). With dx also dx += scale g. The first sum of every channel stands before the second ones.</summary>
    public static void Backward(
        ChannelMatrix x, ChannelMatrix dy, ChannelMatrix? dx, long rows, int channels, float[] scale, float[] shift, ReadOnlySpan<double> mean, Span<double> sums)
    {
        var centre = new float[channels];
        for (var c = 0; c < channels; c++) centre[c] = (float)mean[c];
        var parts = new double[Parts * 2 * channels];
        Share(rows, parts, channels, (from, to, first, second) =>
        {
            fixed (float* a = scale, b = shift, m = centre)
                for (var row = from; row < to; row++)
                {
                    T* input = x.Row<T>(row), gradient = dy.Row<T>(row), result = dx is { } into ? into.Row<T>(row) : null;
                    for (var c = 0; c < channels; c += Width)
                    {
                        var (value, slope) = (TElement.Load(input + c), Vector256.Load(a + c));
                        var open = Vector256.GreaterThan(Vector256.FusedMultiplyAdd(value, slope, Vector256.Load(b + c)), Vector256<float>.Zero);
                        var g = TElement.Load(gradient + c) & open;
                        (Vector256.Load(first + c) + g).Store(first + c);
                        Vector256.FusedMultiplyAdd(g, value - Vector256.Load(m + c), Vector256.Load(second + c)).Store(second + c);
                        if (result is not null) TElement.Store(result + c, Vector256.FusedMultiplyAdd(slope, g, TElement.Load(result + c)));
                    }
                }
        });
        parts.AsSpan(0, 2 * channels).CopyTo(sums);
    }

    /// <summary>The rest of it, over dy itself: dy = scale g - level - tilt (x - mean), g as in <see cref="Backward"/>.</summary>
    public static void FinishBackward(ChannelMatrix x, ChannelMatrix dy, long rows, int channels, float[] scale, float[] shift, float[] mean, float[] level, float[] tilt) =>
        Parallel.For(KernelKind.Normalisation, rows, Grain(channels), (from, to) =>
        {
            fixed (float* a = scale, b = shift, m = mean, l = level, t = tilt)
                for (var row = from; row < to; row++)
                {
                    T* input = x.Row<T>(row), gradient = dy.Row<T>(row);
                    for (var c = 0; c < channels; c += Width)
                    {
                        var (value, slope) = (TElement.Load(input + c), Vector256.Load(a + c));
                        var open = Vector256.GreaterThan(Vector256.FusedMultiplyAdd(value, slope, Vector256.Load(b + c)), Vector256<float>.Zero);
                        var g = slope * (TElement.Load(gradient + c) & open) - Vector256.Load(l + c);
                        TElement.Store(gradient + c, g - Vector256.Load(t + c) * (value - Vector256.Load(m + c)));
                    }
                }
        });

    /// <summary>y = dx - level - tilt (x - mean): the part of several normalisations of the same x that was put off.</summary>
    public static void Settle(ChannelMatrix dx, ChannelMatrix x, ChannelMatrix y, long rows, int channels, float[] mean, float[] level, float[] tilt) =>
        Parallel.For(KernelKind.Normalisation, rows, Grain(channels), (from, to) =>
        {
            fixed (float* m = mean, l = level, t = tilt)
                for (var row = from; row < to; row++)
                {
                    T* gradient = dx.Row<T>(row), input = x.Row<T>(row), target = y.Row<T>(row);
                    for (var c = 0; c < channels; c += Width)
                        TElement.Store(target + c, TElement.Load(gradient + c) - Vector256.Load(l + c) - Vector256.Load(t + c) * (TElement.Load(input + c) - Vector256.Load(m + c)));
                }
        });

    private delegate void Sum(long from, long to, float* first, float* second);

    // Two sums a channel: parts of the rows side by side, in each part tiles, at the end everything into the first part.
    private static void Share(long rows, double[] sums, int channels, Sum sum)
    {
        Parallel.For(KernelKind.Normalisation, Parts, 1, (firstPart, endPart) =>
        {
            var tile = new float[2 * channels];
            fixed (float* first = tile)
                for (var part = firstPart; part < endPart; part++)
                {
                    var (from, end) = (rows * part / Parts, rows * (part + 1) / Parts);
                    var target = sums.AsSpan((int)part * 2 * channels, 2 * channels);
                    for (var row = from; row < end; row += Tile)
                    {
                        Array.Clear(tile);
                        sum(row, Math.Min(row + Tile, end), first, first + channels);
                        for (var i = 0; i < tile.Length; i++) target[i] += tile[i];
                    }
                }
        });
        for (var part = 1; part < Parts; part++)
            for (var i = 0; i < 2 * channels; i++) sums[i] += sums[part * 2 * channels + i];
    }

    private static Vector256<float> Normal(T* x, float* scale, float* shift, int channel) =>
        Vector256.FusedMultiplyAdd(TElement.Load(x + channel), Vector256.Load(scale + channel), Vector256.Load(shift + channel));

    private static long Grain(int channels) => Math.Max(1, 32768 / channels);
}

/// <summary>Channels-last memory as rows (a pixel each) of neighbouring channels; a part of the channels of a wider tensor, if the step is larger than their number.</summary>
/// <param name="Start">The first value.</param>
/// <param name="Step">Values from one row to the next.</param>
internal readonly unsafe record struct ChannelMatrix(nint Start, long Step)
{
    /// <summary>The address of a row.</summary>
    public T* Row<T>(long row) where T : unmanaged => (T*)Start + row * Step;

    /// <summary>The same rows, beginning at a later channel.</summary>
    public ChannelMatrix From<T>(int channel) where T : unmanaged => this with { Start = Start + (nint)channel * sizeof(T) };
}
