namespace JustAlexNet.Bench.Measuring;

/// <summary>The middle of some samples and how far it can be trusted.</summary>
/// <param name="Median">The median.</param>
/// <param name="Low">2.5 % quantile of the median under resampling (bootstrap, percentile method, 2000 draws, fixed seed).</param>
/// <param name="High">97.5 % quantile of the same.</param>
/// <param name="Smallest">The smallest sample.</param>
/// <param name="Largest">The largest sample.</param>
internal sealed record Spread(double Median, double Low, double High, double Smallest, double Largest)
{
    private const int Draws = 2000;

    public static Spread Of(IReadOnlyList<double> samples)
    {
        if (samples.Count == 0) throw new ArgumentException("there are no samples", nameof(samples));
        var random = new Random(1);
        var medians = new double[Draws];
        var drawn = new double[samples.Count];
        for (var i = 0; i < Draws; i++)
        {
            for (var j = 0; j < drawn.Length; j++) drawn[j] = samples[random.Next(samples.Count)];
            medians[i] = MedianOf(drawn);
        }
        Array.Sort(medians);
        return new(MedianOf(samples), medians[(int)(0.025 * Draws)], medians[(int)(0.975 * Draws) - 1], samples.Min(), samples.Max());
    }

    public static double MedianOf(IEnumerable<double> samples)
    {
        var sorted = samples.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
