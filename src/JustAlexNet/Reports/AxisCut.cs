namespace JustAlexNet.Reports;

/// <summary>Where an axis of losses ends early, because the first epochs went wrong and would press all others flat.</summary>
internal static class AxisCut
{
    private const double FarAbove = 3, MaxShare = 0.1;
    private const int Fewest = 3;

    /// <summary>
    /// The largest value that still belongs onto the axis; positive infinity where all do. Only values of the first epoch, or of the first tenth of them, are left above it, each more
    /// than three times as far above the smallest as any that stays: what goes wrong later is what the curve is looked at for. Under three epochs nothing is.
    /// </summary>
    /// <param name="epochs">The values of each epoch, in the order of the epochs; what is not finite counts for nothing.</param>
    /// <param name="keep">A value that must stay, such as the best epoch's.</param>
    public static double Of(IReadOnlyList<IReadOnlyList<double>> epochs, double keep)
    {
        if (epochs.Count < Fewest) return double.PositiveInfinity;
        var early = Math.Max(1, (int)(epochs.Count * MaxShare));
        var staying = Finite(epochs.Skip(early));
        if (staying.Count == 0) return double.PositiveInfinity;
        var first = Finite(epochs.Take(early)).Order().ToList();
        var (smallest, last) = (Math.Min(staying.Min(), first.Append(double.PositiveInfinity).Min()), staying.Max());
        if (last <= smallest) return double.PositiveInfinity;
        foreach (var value in first)
        {
            if (value - smallest > FarAbove * (last - smallest)) return keep > last ? double.PositiveInfinity : last;
            last = Math.Max(last, value);
        }
        return double.PositiveInfinity;
    }

    private static List<double> Finite(IEnumerable<IReadOnlyList<double>> epochs) => [.. epochs.SelectMany(values => values).Where(double.IsFinite)];
}
