using JustAlexNet.Training;

namespace JustAlexNet.Cli.Output.Tests;

public sealed class EpochRowsTests
{
    private static readonly EpochRecord Record = new(12, 0.01, 1.9312, 0.3012, 0.8021, 1.7120, 0.3871, 0.8592, 107, 31.8, 176);

    [Fact]
    public void Columns_stand_below_their_names()
    {
        var rows = new EpochRows(classes: 10);
        Assert.Equal("epoch       lr   train loss   top-1   top-5   val loss   top-1   top-5   photos/s    time", rows.Header);
        Assert.Equal("   12     0.01       1.9312   0.301   0.802     1.7120   0.387   0.859       31.8    1:47  best", rows.Of(Record, isBest: true));
    }

    [Theory]
    [InlineData(6, "epoch       lr   train loss   top-1   top-5   val loss   top-1   top-5   photos/s    time")]
    [InlineData(5, "epoch       lr   train loss   top-1   val loss   top-1   photos/s    time")]
    [InlineData(2, "epoch       lr   train loss   top-1   val loss   top-1   photos/s    time")]
    public void Top_5_is_shown_where_there_are_more_than_five_classes(int classes, string header) => Assert.Equal(header, new EpochRows(classes).Header);

    [Theory]
    [InlineData(120, "epoch       lr   train loss   top-1   top-5   val loss   top-1   top-5   photos/s    time")]
    [InlineData(80, "epoch   train loss   top-1   top-5   val loss   top-1   top-5    time")]
    [InlineData(60, "epoch   train loss   val loss   top-1    time")]
    [InlineData(40, "epoch   val loss   top-1")]
    public void Rows_fit_the_terminal(int width, string header)
    {
        var rows = new EpochRows(classes: 10, width);
        Assert.Equal(header, rows.Header);
        Assert.InRange(rows.Of(Record, isBest: true).Length, header.Length, width - 1);
    }

    [Fact]
    public void Sizes_are_shown_where_they_vary()
    {
        var rows = new EpochRows(classes: 2, sizesVary: true);
        Assert.Equal("epoch   px       lr   train loss   top-1   val loss   top-1   photos/s    time", rows.Header);
        Assert.StartsWith("   12  176     0.01", rows.Of(Record, isBest: false), StringComparison.Ordinal);
    }

    [Fact]
    public void Losses_of_1e36_and_tiny_rates_stay_in_their_columns()
    {
        var rows = new EpochRows(classes: 10);
        var row = rows.Of(Record with { LearningRate = 2.5e-8, TrainLoss = 1e36, ValLoss = 3.2e35 }, isBest: false);
        Assert.Equal("   12   2.5e-8         1e36   0.301   0.802     3.2e35   0.387   0.859       31.8    1:47", row);
    }
}
