namespace JustAlexNet.Inference.Tests;

public sealed class WilsonIntervalTests
{
    [Theory]
    [InlineData(0, 10, 0, 0.2775328)]          // statsmodels: proportion_confint(0, 10, method="wilson")
    [InlineData(10, 10, 0.7224672, 1)]
    [InlineData(5, 10, 0.2365931, 0.7634069)]
    public void Interval_of_few_trials_stays_within_zero_and_one(long hits, long count, double low, double high)
    {
        var interval = WilsonInterval.Of(hits, count);
        Assert.Equal(low, interval.Low, 1e-7);
        Assert.Equal(high, interval.High, 1e-7);
        Assert.InRange(interval.Low, 0, 1);
        Assert.InRange(interval.High, 0, 1);
    }

    [Fact]
    public void Impossible_counts_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(3, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => WilsonInterval.Of(-1, 2));
    }
}
