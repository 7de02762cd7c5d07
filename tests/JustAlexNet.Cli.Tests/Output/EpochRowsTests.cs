using JustAlexNet.Training;

namespace JustAlexNet.Cli.Output.Tests;

public sealed class EpochRowsTests
{
    private static readonly EpochRecord Record = new(12, 0.01, 1.9312, 0.3012, 0.8021, 1.7120, 0.3871, 0.8592, 107, 31.8);

    [Fact]
    public void Columns_stand_below_their_names()
    {
        var rows = new EpochRows(narrow: false);
        Assert.Equal("epoch       lr   train loss   top-1   top-5   val loss   top-1   top-5   photos/s    time", rows.Header(5));
        Assert.Equal("   12     0.01       1.9312   0.301   0.802     1.7120   0.387   0.859       31.8    1:47  best", rows.Of(Record, isBest: true));
        Assert.Equal(EpochRows.Width, rows.Of(Record, isBest: true).Length);
    }

    [Fact]
    public void Narrow_rows_fit_into_eighty_places()
    {
        var rows = new EpochRows(narrow: true);
        Assert.Equal("epoch   train loss   top-1   top-5   val loss   top-1   top-5    time", rows.Header(5));
        Assert.Equal("   12       1.9312   0.301   0.802     1.7120   0.387   0.859    1:47  best", rows.Of(Record, isBest: true));
        Assert.InRange(rows.Of(Record with { Seconds = 36_000 }, isBest: true).Length, 1, 80);
    }
}
