namespace JustAlexNet.Inference.Tests;

public sealed class SampleRandomTests
{
    [Fact]
    public void Stream_with_the_same_seed_epoch_and_index_repeats() =>
        Assert.Equal(First(5, new(7, 3, 11)), First(5, new(7, 3, 11)));

    [Fact]
    public void Streams_that_differ_in_one_number_share_nothing()
    {
        var streams = new SampleRandom[] { new(7, 3, 11), new(8, 3, 11), new(7, 4, 11), new(7, 3, 12), new(7, 11, 3), new(-7, 3, 11) };
        Assert.Equal(30, streams.SelectMany(stream => First(5, stream)).Distinct().Count());
    }

    [Fact]
    public void Stream_is_the_same_on_every_machine_and_in_every_version() =>   // a changed stream breaks exact resuming: these numbers are a promise
        Assert.Equal([0x590522AD4B7691E0UL, 0xC3D006BC6937CF6BUL], First(2, new(1, 2, 3)));

    [Fact]
    public void Doubles_fill_the_unit_interval_evenly()
    {
        var random = new SampleRandom(0, 0, 0);
        var draws = Enumerable.Range(0, 100_000).Select(_ => random.NextDouble()).ToArray();
        Assert.All(draws, draw => Assert.InRange(draw, 0, 1 - double.Epsilon));
        Assert.Equal(0.5, draws.Average(), 3 * Math.Sqrt(1 / 12.0 / draws.Length));
        Assert.All(draws.CountBy(draw => (int)(draw * 10)), bin => Assert.Equal(10_000, bin.Value, 4 * Math.Sqrt(9_000)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void Whole_numbers_are_equally_likely(int below)
    {
        var random = new SampleRandom(1, 0, 0);
        var counts = new int[below];
        for (var i = 0; i < 100 * below; i++) counts[random.NextInt(below)]++;
        var chi = counts.Sum(count => (count - 100.0) * (count - 100.0) / 100);
        Assert.InRange(chi, 0, below - 1 + 4 * Math.Sqrt(2 * below));
    }

    [Fact]
    public void First_draws_of_neighbouring_samples_are_uncorrelated()
    {
        var draws = Enumerable.Range(0, 20_000).Select(index => new SampleRandom(0, 0, index).NextDouble() - 0.5).ToArray();
        var correlation = draws.Zip(draws.Skip(1), (a, b) => a * b).Average() * 12;
        Assert.Equal(0, correlation, 4 / Math.Sqrt(draws.Length));
    }

    [Fact]
    public void Negative_epoch_index_or_bound_is_refused()
    {
        Assert.Equal("epoch", Assert.Throws<ArgumentOutOfRangeException>(() => new SampleRandom(0, -1, 0)).ParamName);
        Assert.Equal("index", Assert.Throws<ArgumentOutOfRangeException>(() => new SampleRandom(0, 0, -1)).ParamName);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleRandom(0, 0, 0).NextInt(0));
    }

    private static ulong[] First(int count, SampleRandom random) => [.. Enumerable.Range(0, count).Select(_ => random.NextBits())];
}
