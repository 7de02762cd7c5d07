namespace JustAlexNet.Cli.Output.Tests;

public sealed class DurationsTests
{
    [Theory]
    [InlineData(107.4, "1:47")]
    [InlineData(59.6, "1:00")]
    [InlineData(7389, "2:03:09")]
    [InlineData(90_000, "25:00:00")]
    public void Clock_reads_minutes_or_hours(double seconds, string text) => Assert.Equal(text, Durations.Clock(seconds));

    [Theory]
    [InlineData(40, "40 s")]
    [InlineData(720, "12 min")]
    [InlineData(12_010, "3 h 20 min")]
    public void Rough_times_have_one_or_two_parts(double seconds, string text) => Assert.Equal(text, Durations.Rough(seconds));
}
