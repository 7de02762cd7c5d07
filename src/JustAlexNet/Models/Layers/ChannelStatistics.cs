using JustAlexNet.Runtime.Native;
using static TorchSharp.torch;

namespace JustAlexNet.Models.Layers;

/// <summary>A normalisation as a line a channel: scale x + shift, where scale = gamma / deviation and shift = beta - mean scale.</summary>
internal sealed record Affine(float[] Scale, float[] Shift);

/// <summary>Mean and deviation of the channels of a batch, and the gradients that go with them. Formulas: Ioffe and Szegedy, arXiv 1502.03167, section 3.</summary>
internal sealed class ChannelStatistics(int channels)
{
    private readonly double[] mean = new double[channels], variance = new double[channels];

    /// <summary>Takes the statistics of some neighbouring channels.</summary>
    public void Measure<T, TElement>(ChannelMatrix x, long rows, int first, int number) where T : unmanaged where TElement : struct, IElement<T> =>
        NormalisationKernels<T, TElement>.Statistics(x.From<T>(first), rows, number, mean.AsSpan(first, number), variance.AsSpan(first, number));

    /// <summary>The means of some neighbouring channels.</summary>
    public float[] Centre(int first, int number) => [.. mean.Skip(first).Take(number).Select(value => (float)value)];

    /// <summary>What a normalisation makes of the first channels, which it also records in its running statistics.</summary>
    public Affine Apply(BatchNormalisation by, int number, long rows)
    {
        const float share = (float)BatchNormalisation.Momentum;
        var running = Values(by.RunningMean);
        var spread = Values(by.RunningVariance);
        for (var c = 0; c < number; c++)
        {
            running[c] += share * ((float)mean[c] - running[c]);
            spread[c] += share * ((float)(variance[c] * rows / (rows - 1)) - spread[c]);
        }
        _ = by.Batches.add_(1);
        return Line(Values(by.Scale), Values(by.Shift), mean, variance);
    }

    /// <summary>What a normalisation makes of its channels in evaluation mode.</summary>
    public static Affine Running(BatchNormalisation by) => new ChannelStatistics(by.Channels).Recorded(by);

    /// <summary>Takes a normalisation's running statistics, and what it makes of its channels by them.</summary>
    public Affine Recorded(BatchNormalisation by)
    {
        var running = Values(by.RunningMean);
        var spread = Values(by.RunningVariance);
        for (var c = 0; c < running.Length; c++) (mean[c], variance[c]) = (running[c], spread[c]);
        return Line(Values(by.Scale), Values(by.Shift), mean, variance);
    }

    /// <summary>Backwards through normalisation and rectifier. The gradient of x goes to <paramref name="into"/>, which may be <paramref name="gradient"/>. With <paramref name="constant"/> the statistics are recorded ones, and have no gradient.</summary>
    /// <returns>Gradients of gamma and beta.</returns>
    public (Tensor Scale, Tensor Shift) Backward<T, TElement>(ChannelMatrix x, ChannelMatrix gradient, ChannelMatrix into, Affine by, int number, long rows, bool constant = false)
        where T : unmanaged where TElement : struct, IElement<T>
    {
        var centre = Centre(0, number);
        var sums = NormalisationKernels<T, TElement>.Backward(x, gradient, null, rows, number, by.Scale, by.Shift, centre);
        var (level, tilt) = Terms(by, sums.AsSpan(0, number), sums.AsSpan(number), rows, constant);
        NormalisationKernels<T, TElement>.FinishBackward(x, gradient, into, rows, number, by.Scale, by.Shift, centre, level, tilt);
        return Parameters(sums.AsSpan(0, number), sums.AsSpan(number));
    }

    /// <summary>The same for one of several normalisations of the same channels: scale g is added to <paramref name="into"/>, the rest to <paramref name="level"/> and <paramref name="tilt"/>, to be settled later.</summary>
    public (Tensor Scale, Tensor Shift) BackwardInto<T, TElement>(ChannelMatrix x, ChannelMatrix gradient, ChannelMatrix into, Affine by, int number, long rows, float[] level, float[] tilt)
        where T : unmanaged where TElement : struct, IElement<T>
    {
        var sums = NormalisationKernels<T, TElement>.Backward(x, gradient, into, rows, number, by.Scale, by.Shift, Centre(0, number));
        AddTo(level, tilt, by, sums.AsSpan(0, number), sums.AsSpan(number), rows);
        return Parameters(sums.AsSpan(0, number), sums.AsSpan(number));
    }

    /// <summary>dx = scale g - level - tilt (x - mean): the two terms that come from the statistics, 0 where they are constant.</summary>
    /// <param name="by">The normalisation.</param>
    /// <param name="sums">Of g, a channel each.</param>
    /// <param name="products">Sums of g (x - mean).</param>
    /// <param name="rows">Values a channel, M.</param>
    /// <param name="constant">See <see cref="Backward"/>.</param>
    public (float[] Level, float[] Tilt) Terms(Affine by, ReadOnlySpan<double> sums, ReadOnlySpan<double> products, long rows, bool constant)
    {
        var (level, tilt) = (new float[by.Scale.Length], new float[by.Scale.Length]);
        if (!constant) AddTo(level, tilt, by, sums, products, rows);
        return (level, tilt);
    }

    /// <summary>Gradients of gamma and beta, from sums of g and of g (x - mean).</summary>
    public (Tensor Scale, Tensor Shift) Parameters(ReadOnlySpan<double> sums, ReadOnlySpan<double> products)
    {
        var (gamma, beta) = (new float[sums.Length], new float[sums.Length]);
        for (var c = 0; c < sums.Length; c++) (gamma[c], beta[c]) = ((float)(products[c] / Math.Sqrt(variance[c] + BatchNormalisation.Epsilon)), (float)sums[c]);
        return (tensor(gamma), tensor(beta));
    }

    private static Affine Line(ReadOnlySpan<float> gamma, ReadOnlySpan<float> beta, double[] mean, double[] variance)
    {
        var line = new Affine(new float[gamma.Length], new float[gamma.Length]);
        for (var c = 0; c < gamma.Length; c++)
        {
            line.Scale[c] = (float)(gamma[c] / Math.Sqrt(variance[c] + BatchNormalisation.Epsilon));
            line.Shift[c] = (float)(beta[c] - mean[c] * line.Scale[c]);
        }
        return line;
    }

    // dx = scale (g - sum(g) / M - (x - mean) sum(g (x - mean)) / (M (variance + epsilon))): the constant and the slope of what is subtracted.
    private void AddTo(float[] level, float[] tilt, Affine by, ReadOnlySpan<double> sums, ReadOnlySpan<double> products, long rows)
    {
        for (var c = 0; c < by.Scale.Length; c++)
        {
            level[c] += (float)(by.Scale[c] * sums[c] / rows);
            tilt[c] += (float)(by.Scale[c] * products[c] / (rows * (variance[c] + BatchNormalisation.Epsilon)));
        }
    }

    private static unsafe Span<float> Values(Tensor of) => new(Memory.Of(of), (int)of.numel());
}
