namespace JustAlexNet.Bench.Measuring;

/// <summary>What a comparison gave.</summary>
internal sealed record Result(Comparison Comparison, IReadOnlyList<SideResult> Sides, IReadOnlyList<RatioResult> Ratios, IReadOnlyList<Round> Rounds);

/// <summary>One side: its rate (units a second, median of all rounds), its peak memory, or why it did not run.</summary>
internal sealed record SideResult(Side Side, string About, double Rate, long PeakBytes, string? Skipped)
{
    /// <summary>Where its time went; null where it does not tell.</summary>
    public StepParts? Parts { get; init; }

    /// <summary>What it told beside its rate, of all rounds; empty where it tells nothing.</summary>
    public IReadOnlyDictionary<string, double> Figures { get; init; } = new Dictionary<string, double>();
}

/// <summary>One ratio.</summary>
/// <param name="Ratio">Which.</param>
/// <param name="Spread">Of the pairs kept.</param>
/// <param name="Kept">Pairs it is made of.</param>
/// <param name="Discarded">Pairs thrown away because the control kernel moved.</param>
/// <param name="IsUnsteady">The machine was never calm enough: made of all pairs, the thrown away ones too.</param>
internal sealed record RatioResult(Ratio Ratio, Spread Spread, int Kept, int Discarded, bool IsUnsteady)
{
    private const int Fewest = 3;

    /// <summary>Null where a side is missing.</summary>
    public static RatioResult? Of(Ratio ratio, IReadOnlyList<Round> rounds)
    {
        var all = rounds.Where(round => round.Has(ratio)).ToList();
        if (all.Count == 0) return null;
        var steady = all.Where(round => round.IsSteady(ratio)).ToList();
        var unsteady = steady.Count < Math.Min(Fewest, all.Count);
        return new(ratio, Spread.Of([.. (unsteady ? all : steady).Select(round => round.Value(ratio))]), unsteady ? all.Count : steady.Count, all.Count - steady.Count, unsteady);
    }
}
