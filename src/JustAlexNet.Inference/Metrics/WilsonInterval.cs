namespace JustAlexNet.Inference;

/// <summary>A 95 % confidence interval of a share: Wilson's score interval, which stays within 0 to 1 and is honest for few pictures.</summary>
/// <param name="Low">Lower end, 0 to 1.</param>
/// <param name="High">Upper end, 0 to 1.</param>
/// <remarks>Source: Wilson, JASA 22 (1927) 209, without continuity correction; z = 1.959963984540054.</remarks>
public readonly record struct WilsonInterval(double Low, double High)
{
    private const double Z = 1.959963984540054;

    /// <summary>The interval of <c>hits / count</c>.</summary>
    /// <param name="hits">Successes, 0 to <paramref name="count"/>.</param>
    /// <param name="count">Trials, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">No trial, or more hits than trials.</exception>
    public static WilsonInterval Of(long hits, long count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(hits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hits, count);
        double n = count, p = hits / n;
        var centre = (p + (Z * Z / (2 * n))) / (1 + (Z * Z / n));
        var half = Z * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4 * n * n))) / (1 + (Z * Z / n));
        return new WilsonInterval(Math.Max(0, centre - half), Math.Min(1, centre + half));   // rounding may leave 0 or 1 by an ulp
    }
}
