using System.Runtime.Intrinsics;

namespace JustAlexNet.Runtime.Native;

/// <summary>Batch normalisation with the rectifier behind it, in as few passes over the memory as there can be.</summary>
/// <remarks>
/// Rows are pixels, columns channels, their number a multiple of 8. Sums are <see cref="ChannelSums"/>. Formulas: Ioffe and Szegedy, arXiv 1502.03167, section 3.
/// </remarks>
internal static unsafe class NormalisationKernels<T, TElement> where T : unmanaged where TElement : struct, IElement<T>
{
    private const int Width = 8, Rows = 4;      // channels, and pixels that share a walk over the sums

    /// <summary>Mean and biased variance of every channel.</summary>
    public static void Statistics(ChannelMatrix x, long rows, int channels, Span<double> mean, Span<double> variance)
    {
        var sums = ChannelSums.Of(KernelKind.Normalisation, rows, channels, 2, (from, to, first, second, _) =>
        {
            var origin = x.Row<T>(0);       // sums of squares around a value of the channel itself do not cancel
            for (var row = from; row < to; row += Rows)
            {
                var end = Math.Min(row + Rows, to);
                for (var c = 0; c < channels; c += Width)
                {
                    var (start, sum, squares) = (TElement.Load(origin + c), Vector256.Load(first + c), Vector256.Load(second + c));
                    var values = x.Row<T>(row) + c;
                    for (var i = row; i < end; i++, values += x.Step)
                    {
                        var value = TElement.Load(values) - start;
                        sum += value;
                        squares = Vector256.FusedMultiplyAdd(value, value, squares);
                    }
                    sum.Store(first + c);
                    squares.Store(second + c);
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

    /// <summary>y = max(0, scale x + shift); y may be x.</summary>
    public static void Rectified(ChannelMatrix x, ChannelMatrix y, long rows, int channels, float[] scale, float[] shift) =>
        Parallel.For(KernelKind.Normalisation, rows, Grain(channels), (from, to) =>
        {
            fixed (float* a = scale, b = shift)
                for (var row = from; row < to; row++)
                {
                    T* source = x.Row<T>(row), target = y.Row<T>(row);
                    for (var c = 0; c < channels; c += Width)
                        TElement.Store(target + c, Vector256.MaxNative(Vector256<float>.Zero, Normal(source, a, b, c)));
                }
        });

    /// <summary>y = max(0, scale x + shift + z), with <paramref name="other"/> of z normalised likewise; y may be x.</summary>
    public static void RectifiedSum(ChannelMatrix x, ChannelMatrix z, ChannelMatrix y, long rows, int channels, (float[] Scale, float[] Shift) by, (float[] Scale, float[] Shift)? other) =>
        Parallel.For(KernelKind.Normalisation, rows, Grain(channels), (from, to) =>
        {
            fixed (float* a = by.Scale, b = by.Shift, d = other?.Scale, e = other?.Shift)
                for (var row = from; row < to; row++)
                {
                    T* first = x.Row<T>(row), second = z.Row<T>(row), target = y.Row<T>(row);
                    for (var c = 0; c < channels; c += Width)
                    {
                        var added = d is null ? TElement.Load(second + c) : Normal(second, d, e, c);
                        TElement.Store(target + c, Vector256.MaxNative(Vector256<float>.Zero, Normal(first, a, b, c) + added));
                    }
                }
        });

    /// <summary>Backwards through y = max(0, scale x + shift): sums of g = dy where y is above 0, and of g (x - mean). With dx also dx += scale g.</summary>
    /// <returns>The first sum of every channel before the second ones.</returns>
    public static double[] Backward(ChannelMatrix x, ChannelMatrix dy, ChannelMatrix? dx, long rows, int channels, float[] scale, float[] shift, float[] mean) =>
        ChannelSums.Of(KernelKind.Normalisation, rows, channels, 2, (from, to, first, second, _) =>
        {
            var (adds, into) = (dx is not null, dx ?? default);
            fixed (float* a = scale, b = shift, m = mean)
                for (var row = from; row < to; row += Rows)
                {
                    var end = Math.Min(row + Rows, to);
                    for (var c = 0; c < channels; c += Width)
                    {
                        var (slope, level, centre) = (Vector256.Load(a + c), Vector256.Load(b + c), Vector256.Load(m + c));
                        var (sum, products) = (Vector256.Load(first + c), Vector256.Load(second + c));
                        for (var i = row; i < end; i++)
                        {
                            var value = TElement.Load(x.Row<T>(i) + c);
                            var g = TElement.Load(dy.Row<T>(i) + c) & Vector256.GreaterThan(Vector256.FusedMultiplyAdd(value, slope, level), Vector256<float>.Zero);
                            sum += g;
                            products = Vector256.FusedMultiplyAdd(g, value - centre, products);
                            if (adds) TElement.Store(into.Row<T>(i) + c, Vector256.FusedMultiplyAdd(slope, g, TElement.Load(into.Row<T>(i) + c)));
                        }
                        sum.Store(first + c);
                        products.Store(second + c);
                    }
                }
        });

    /// <summary>The rest of it: dx = scale g - level - tilt (x - mean), g as in <see cref="Backward"/>; dx may be dy.</summary>
    public static void FinishBackward(ChannelMatrix x, ChannelMatrix dy, ChannelMatrix dx, long rows, int channels, float[] scale, float[] shift, float[] mean, float[] level, float[] tilt) =>
        Parallel.For(KernelKind.Normalisation, rows, Grain(channels), (from, to) =>
        {
            fixed (float* a = scale, b = shift, m = mean, l = level, t = tilt)
                for (var row = from; row < to; row++)
                {
                    T* input = x.Row<T>(row), gradient = dy.Row<T>(row), result = dx.Row<T>(row);
                    for (var c = 0; c < channels; c += Width)
                    {
                        var (value, slope) = (TElement.Load(input + c), Vector256.Load(a + c));
                        var open = Vector256.GreaterThan(Vector256.FusedMultiplyAdd(value, slope, Vector256.Load(b + c)), Vector256<float>.Zero);
                        var g = slope * (TElement.Load(gradient + c) & open) - Vector256.Load(l + c);
                        TElement.Store(result + c, g - Vector256.Load(t + c) * (value - Vector256.Load(m + c)));
                    }
                }
        });

    /// <summary>Backwards through y = max(0, a sum): g = dy where y is above 0, and sums of g and g (x - mean), with z also of g (z - its mean); three sums a channel, one kind after the other.</summary>
    public static double[] SumBackward(ChannelMatrix y, ChannelMatrix dy, ChannelMatrix g, ChannelMatrix x, ChannelMatrix? z, long rows, int channels, float[] mean, float[]? otherMean) =>
        ChannelSums.Of(KernelKind.Normalisation, rows, channels, 3, (from, to, first, second, third) =>
        {
            var other = z ?? default;
            fixed (float* m = mean, n = otherMean)
                for (var row = from; row < to; row += Rows)
                {
                    var end = Math.Min(row + Rows, to);
                    for (var c = 0; c < channels; c += Width)
                    {
                        var (sum, products, others) = (Vector256.Load(first + c), Vector256.Load(second + c), Vector256.Load(third + c));
                        var (centre, otherCentre) = (Vector256.Load(m + c), n is null ? default : Vector256.Load(n + c));
                        for (var i = row; i < end; i++)
                        {
                            var value = TElement.Load(dy.Row<T>(i) + c) & Vector256.GreaterThan(TElement.Load(y.Row<T>(i) + c), Vector256<float>.Zero);
                            TElement.Store(g.Row<T>(i) + c, value);
                            sum += value;
                            products = Vector256.FusedMultiplyAdd(value, TElement.Load(x.Row<T>(i) + c) - centre, products);
                            if (n is not null) others = Vector256.FusedMultiplyAdd(value, TElement.Load(other.Row<T>(i) + c) - otherCentre, others);
                        }
                        sum.Store(first + c);
                        products.Store(second + c);
                        others.Store(third + c);
                    }
                }
        });

    /// <summary>dx = scale g - level - tilt (x - mean): the normalisation's own part. Without <paramref name="scale"/> it is 1. dx may be g.</summary>
    public static void Settle(ChannelMatrix g, ChannelMatrix x, ChannelMatrix dx, long rows, int channels, float[]? scale, float[] mean, float[] level, float[] tilt) =>
        Parallel.For(KernelKind.Normalisation, rows, Grain(channels), (from, to) =>
        {
            fixed (float* a = scale, m = mean, l = level, t = tilt)
                for (var row = from; row < to; row++)
                {
                    T* gradient = g.Row<T>(row), input = x.Row<T>(row), target = dx.Row<T>(row);
                    for (var c = 0; c < channels; c += Width)
                    {
                        var value = TElement.Load(gradient + c);
                        if (a is not null) value *= Vector256.Load(a + c);
                        TElement.Store(target + c, value - Vector256.Load(l + c) - Vector256.Load(t + c) * (TElement.Load(input + c) - Vector256.Load(m + c)));
                    }
                }
        });

    private static Vector256<float> Normal(T* x, float* scale, float* shift, int channel) =>
        Vector256.FusedMultiplyAdd(TElement.Load(x + channel), Vector256.Load(scale + channel), Vector256.Load(shift + channel));

    private static long Grain(int channels) => Math.Max(1, 32768 / channels);
}

/// <summary>Channels-last memory as rows (a pixel each) of neighbouring channels; a part of the channels of a wider tensor, if the step is larger than their number.</summary>
/// <param name="Start">The first value.</param>
/// <param name="Step">Values from one row to the next.</param>
internal readonly unsafe record struct ChannelMatrix(nint Start, long Step)
{
    /// <summary>All of a tensor (N, H, W, C) whose memory is in this order.</summary>
    public static ChannelMatrix Of(TorchSharp.torch.Tensor rows) => new((nint)Memory.Of(rows), rows.shape[3]);

    /// <summary>The address of a row.</summary>
    public T* Row<T>(long row) where T : unmanaged => (T*)Start + row * Step;

    /// <summary>The same rows, beginning at a later channel.</summary>
    public ChannelMatrix From<T>(int channel) where T : unmanaged => this with { Start = Start + (nint)channel * sizeof(T) };
}
