namespace JustAlexNet.Reports;

/// <summary>Where an axis of losses ends early, because a few values far above the others would press all curves flat.</summary>
internal static class AxisCut
{
    private const double FarAbove = 3, MostShare = 0.1;
    private const int Fewest = 6, AlwaysAllowed = 2;      // one epoch's training and validation

    /// <summary>
    /// The largest value that still belongs onto the axis; positive infinity where all do. Left above it are at most two values, or a tenth of them, and each is more
    /// than three times as far above the smallest as any that stays.
    /// </summary>
    /// <param name="values">Finite values, in any order.</param>
    /// <param name="keep">A value that must stay, such as the best epoch's.</param>
    public static double Of(IEnumerable<double> values, double keep)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length < Fewest) return double.PositiveInfinity;
        for (var above = Math.Max(AlwaysAllowed, (int)(sorted.Length * MostShare)); above > 0; above--)
        {
            var (smallest, last, next) = (sorted[0], sorted[^(above + 1)], sorted[^above]);
            if (next - smallest > FarAbove * (last - smallest) && last > smallest && !(keep > last)) return last;
        }
        return double.PositiveInfinity;
    }
}
