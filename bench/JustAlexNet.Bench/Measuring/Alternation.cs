using System.Diagnostics;

namespace JustAlexNet.Bench.Measuring;

/// <summary>How long to measure.</summary>
/// <param name="Rounds">Pairs wanted of every ratio.</param>
/// <param name="Seconds">After so many seconds no further round is begun, if there are three.</param>
/// <param name="RoundSeconds">How long one side works in a round, at least; quick ones repeat.</param>
internal sealed record Patience(int Rounds, double Seconds, double RoundSeconds)
{
    public const int FewestRounds = 3;
}

/// <summary>Measures the sides of a comparison in turns, A B A B, a control kernel before and after each.</summary>
internal sealed class Alternation(Side control, Patience patience, Action<string> progress)
{
    /// <summary>Pause after each side, in which threads that wait by spinning give up.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    public Result Measure(Comparison comparison, double gibibytes)
    {
        var rounds = new List<Round>();
        var sides = new Dictionary<string, SideResult>();
        var groups = comparison.Groups(gibibytes).ToList();
        foreach (var group in groups) MeasureGroup(comparison, group, patience with { Seconds = patience.Seconds / groups.Count }, rounds, sides);
        var rated = sides.Values.Select(side => side.Skipped is null ? side with { Rate = Spread.MedianOf(rounds.Where(r => r.Rates.ContainsKey(side.Side.Name)).Select(r => r.Rates[side.Side.Name])) } : side);
        return new(comparison, [.. rated], [.. comparison.Ratios.Select(ratio => RatioResult.Of(ratio, rounds)).OfType<RatioResult>()], rounds);
    }

    private void MeasureGroup(Comparison comparison, IReadOnlyList<Side> group, Patience limit, List<Round> rounds, Dictionary<string, SideResult> sides)
    {
        var running = new List<SideProcess>();
        using var gemm = SideProcess.Start(control, out _)!;
        try
        {
            Prepare(gemm, seconds: 0.2);
            foreach (var side in group)
            {
                progress($"{comparison.Name}: starting {side.Name}");
                if (SideProcess.Start(side, out var whyNot) is { } started)
                {
                    running.Add(started);
                    Prepare(started, limit.RoundSeconds);
                    started.ForgetParts();
                }
                else sides[side.Name] = new(side, "", 0, 0, whyNot);
            }
            var wanted = comparison.Ratios.Where(ratio => ratio.Uses.All(name => running.Any(side => side.Side.Name == name))).ToList();
            var (mine, begun) = (new List<Round>(), Stopwatch.GetTimestamp());
            while (mine.Count < 2 * limit.Rounds)
            {
                if (mine.Count >= Patience.FewestRounds && Stopwatch.GetElapsedTime(begun).TotalSeconds > limit.Seconds) break;
                if (mine.Count >= limit.Rounds && wanted.All(ratio => mine.Count(round => round.IsSteady(ratio)) >= limit.Rounds)) break;
                mine.Add(Turn(gemm, running));
                progress($"{comparison.Name}: round {mine.Count} ({string.Join(", ", mine[^1].Rates.Select(r => $"{r.Key} {r.Value:0.0}"))}; GEMM {gemmRate / 1e9:0} GFLOP/s)");
            }
            rounds.AddRange(mine);
            foreach (var side in running) sides[side.Side.Name] = new(side.Side, side.About, 0, side.PeakBytes, null) { Parts = side.Parts, Figures = side.Figures };
        }
        finally
        {
            foreach (var side in running) side.Dispose();
        }
    }

    private double gemmRate;

    private Round Turn(SideProcess gemm, List<SideProcess> running)
    {
        var (rates, controls, figures) = (new Dictionary<string, double>(), new Dictionary<string, (double, double)>(), new Dictionary<string, double>());
        var before = Rate(gemm);
        foreach (var side in running)
        {
            rates[side.Side.Name] = Rate(side);
            foreach (var (name, value) in side.Figures) figures[Round.Figure(side.Side.Name, name)] = value;
            gemmRate = Rate(gemm);
            controls[side.Side.Name] = (before, gemmRate);
            before = gemmRate;
        }
        return new(rates, controls) { Figures = figures };
    }

    private static double Rate(SideProcess side)
    {
        var (seconds, units) = side.Go();
        Thread.Sleep(Pause);
        return units / seconds;
    }

    // The first times pay for memory, caches and compilation (.NET compiles a method anew after some tens of calls, when it knows how it is used); the last says how often a round must be repeated to be measurable.
    private static void Prepare(SideProcess side, double seconds)
    {
        const int most = 12;
        const double enough = 8;        // times what is measured
        side.Repeats = 1;
        var (total, took) = (0.0, 0.0);
        for (var i = 0; i < most && total < enough * seconds; i++) total += took = side.Go().Seconds;
        side.Repeats = Math.Clamp((int)Math.Ceiling(seconds / took), 1, 1000);
    }
}
