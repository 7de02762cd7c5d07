namespace JustAlexNet.Reports.Tests;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(1.9312, "0.0000", 8, "1.9312")]
    [InlineData(123.45678, "0.0000", 8, "123.4568")]
    [InlineData(1234.5678, "0.0000", 8, "1234.568")]
    [InlineData(123456.78, "0.0000", 8, "123456.8")]
    [InlineData(1234567.8, "0.0000", 8, "1.2e6")]
    [InlineData(3.2e35, "0.0000", 8, "3.2e35")]
    [InlineData(-1e36, "0.0000", 8, "-1e36")]
    [InlineData(0, "0.######", 8, "0")]
    [InlineData(1e-8, "0.######", 8, "1e-8")]
    [InlineData(0.00001, "0.0000", 8, "0.0000")]
    [InlineData(double.NaN, "0.0000", 8, "NaN")]
    [InlineData(double.PositiveInfinity, "0.0000", 8, "Infinity")]
    public void Number_keeps_its_places(double value, string format, int places, string text) => Assert.Equal(text, Figures.Of(value, format, places));

    [Theory]
    [InlineData(57.0 / 80, 1, "71.3 %")]
    [InlineData(1.0 / 16, 1, "6.3 %")]
    [InlineData(0.0, 1, "0.0 %")]
    [InlineData(1.0, 0, "100 %")]
    [InlineData(0.6 + 1e-17, 0, "60 %")]
    [InlineData(double.NaN, 1, "–")]
    public void Percentage_is_rounded_half_away_from_zero(double share, int decimals, string text) => Assert.Equal(text, Figures.Percent(share, decimals));
}
