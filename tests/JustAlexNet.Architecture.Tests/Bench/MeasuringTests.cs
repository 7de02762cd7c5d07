using JustAlexNet.Bench.Measuring;

namespace JustAlexNet.Architecture.Tests.Bench;

/// <summary>The arithmetic of <c>bench/</c>: what is kept, what is thrown away, what is reported.</summary>
public sealed class MeasuringTests
{
    private static readonly Ratio Ratio = Ratio.Between("ours", "theirs");

    [Fact]
    public void Ratio_is_the_median_over_pairs_of_the_same_round()
    {
        var found = RatioResult.Of(Ratio, [Calm(2, 1), Calm(30, 10), Calm(40, 10)])!;
        Assert.Equal(3, found.Spread.Median);
        Assert.Equal((2, 4), (found.Spread.Smallest, found.Spread.Largest));
        Assert.Equal((3, 0, false), (found.Kept, found.Discarded, found.IsUnsteady));
    }

    [Fact]
    public void Pair_is_discarded_where_the_control_moved_by_more_than_a_tenth()
    {
        var found = RatioResult.Of(Ratio, [Calm(2, 1), Calm(2, 1), Calm(2, 1), Moved(9, 1, by: 1.11)])!;
        Assert.Equal((2, 3, 1, false), (found.Spread.Largest, found.Kept, found.Discarded, found.IsUnsteady));
        Assert.Equal(9, RatioResult.Of(Ratio, [Calm(2, 1), Calm(2, 1), Calm(2, 1), Moved(9, 1, by: 1.09)])!.Spread.Largest);
    }

    [Fact]
    public void Machine_that_is_never_calm_is_reported_as_such()
    {
        var found = RatioResult.Of(Ratio, [Calm(2, 1), Moved(4, 1, by: 2), Moved(6, 1, by: 2)])!;
        Assert.Equal((4, 3, 2, true), (found.Spread.Median, found.Kept, found.Discarded, found.IsUnsteady));
    }

    [Fact]
    public void Control_that_moved_beside_another_side_does_no_harm()
    {
        var round = Calm(2, 1);
        var other = new Dictionary<string, (double, double)>(round.Controls) { ["a third"] = (1, 5) };
        Assert.True((round with { Controls = other }).IsSteady(Ratio));
        Assert.False(Moved(2, 1, by: 2).IsSteady(Ratio));
    }

    [Fact]
    public void Ratio_of_a_side_that_did_not_run_is_left_out() => Assert.Null(RatioResult.Of(Ratio.Between("ours", "absent"), [Calm(2, 1)]));

    [Fact]
    public void Ratio_may_be_made_of_several_sides_and_the_control()
    {
        var share = new Ratio("ours", "GEMM", ["ours"], rates => 50 * rates["ours"] / rates[Ratio.Control]);
        Assert.Equal(1, RatioResult.Of(share, [Calm(2, 1)])!.Spread.Median);
    }

    [Fact]
    public void Interval_holds_the_median_and_narrows_with_agreement()
    {
        var wide = Spread.Of([1, 2, 3, 4, 5, 6, 7, 8, 9]);
        Assert.Equal(5, wide.Median);
        Assert.InRange(wide.Low, 1, 4);
        Assert.InRange(wide.High, 6, 9);
        Assert.Equal(wide, Spread.Of([1, 2, 3, 4, 5, 6, 7, 8, 9]));
        var narrow = Spread.Of([5, 5, 5]);
        Assert.Equal((5, 5), (narrow.Low, narrow.High));
        Assert.Equal(2.5, Spread.MedianOf([4, 1, 2, 3]));
    }

    [Fact]
    public void Sides_that_do_not_fit_into_the_memory_together_take_turns_beside_ours_and_the_yardstick()
    {
        Side[] sides = [new("ours", "") { Memory = 4 }, new("yardstick", "") { Memory = 1 }, new("a", "") { Memory = 5 }, new("b", "") { Memory = 5 }, new("c", "") { Memory = 1 }];
        var comparison = new Comparison("row", "", sides, []);
        string[] Names(double gibibytes) => [.. comparison.Groups(gibibytes).Select(group => string.Join(' ', group.Select(side => side.Name)))];
        Assert.Equal(["ours yardstick a b c"], Names(16));
        Assert.Equal(["ours yardstick a", "ours yardstick b c"], Names(11));
        Assert.Equal(["ours yardstick a", "ours yardstick b", "ours yardstick c"], Names(1));
    }

    private static Round Calm(double ours, double theirs) => Moved(ours, theirs, by: 1);

    private static Round Moved(double ours, double theirs, double by) => new(
        new Dictionary<string, double> { ["ours"] = ours, ["theirs"] = theirs },
        new Dictionary<string, (double, double)> { ["ours"] = (100, 100), ["theirs"] = (100, 100 * by) });
}
