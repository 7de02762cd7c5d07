using System.Globalization;
using JustAlexNet.Inference;

namespace JustAlexNet.Reports.Tests;

public sealed class RowPercentsTests
{
    [Theory]
    [InlineData(new long[] { 5, 3 }, "62.5 % · 37.5 %")]
    [InlineData(new long[] { 1, 1, 1 }, "33.3 % · 33.3 % · 33.3 %")]
    [InlineData(new long[] { 1, 1, 1, 1, 1, 1, 1 }, "14.3 % · 14.3 % · 14.3 % · 14.3 % · 14.3 % · 14.3 % · 14.3 %")]       // 100.1 % together: equal counts look equal
    [InlineData(new long[] { 1, 11, 1, 1, 1, 1 }, "6.3 % · 68.8 % · 6.3 % · 6.3 % · 6.3 % · 6.3 %")]
    [InlineData(new long[] { 57, 23 }, "71.3 % · 28.8 %")]
    [InlineData(new long[] { 1, 1999 }, "0.1 % · >99.9 %")]
    [InlineData(new long[] { 1, 0, 3 }, "25 % ·  · 75 %")]
    [InlineData(new long[] { 4, 0, 0 }, "100 % ·  · ")]
    [InlineData(new long[] { 9_999, 1 }, ">99.9 % · <0.1 %")]
    [InlineData(new long[] { long.MaxValue / 2, long.MaxValue / 2 }, "50 % · 50 %")]
    public void Equal_counts_have_equal_percentages_and_none_is_rounded_away(long[] counts, string texts) => Assert.Equal(texts, string.Join(" · ", Of([counts]).Of(0)));

    [Fact]
    public void All_of_a_picture_have_as_many_decimals()
    {
        var percents = Of([1, 3, 0], [5, 3, 0], [0, 0, 0], [0, 0, 7]);
        Assert.Equal(["25.0 %", "75.0 %", "", ""], percents.Of(0));
        Assert.Equal(["62.5 %", "37.5 %", "", ""], percents.Of(1));
        Assert.Equal(["", "", "", ""], percents.Of(2));
        Assert.Equal(["", "", "100.0 %", ""], percents.Of(3));
    }

    [Fact]
    public void Percentage_is_that_of_the_headline()
    {
        for (var sum = 2; sum <= 400; sum++)
            for (var count = 1; count < sum; count++)
            {
                var text = Of([count, sum - count], [1, 7]).Of(0)[0];       // an eighth: in tenths
                if (!char.IsDigit(text[0])) continue;
                Assert.Equal(Math.Floor(1000m * count / sum + 0.5m) / 10, decimal.Parse(text[..^2], CultureInfo.InvariantCulture));
                Assert.Equal(text, Figures.Percent((double)count / sum));
            }
    }

    private static RowPercents Of(params long[][] rows)
    {
        var matrix = new ConfusionMatrix([.. Enumerable.Range(0, Math.Max(rows.Length, rows[0].Length)).Select(i => $"class {i}")]);
        foreach (var (label, row) in rows.Index())
            foreach (var (predicted, count) in row.Index()) matrix.Add(label, predicted, count);
        return new(matrix, matrix.RowSums());
    }
}
