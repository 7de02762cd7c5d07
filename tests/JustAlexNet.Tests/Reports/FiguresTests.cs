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
}
