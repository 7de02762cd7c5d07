using System.Globalization;
using JustAlexNet.Inference;

namespace JustAlexNet.Reports.Tests;

public sealed class RowPercentsTests
{
    [Theory]
    [InlineData(new long[] { 5, 3 }, "62.5 % · 37.5 %")]
    [InlineData(new long[] { 1, 1, 1 }, "33.4 % · 33.3 % · 33.3 %")]
    [InlineData(new long[] { 1, 1, 1, 1, 1, 1, 1 }, "14.3 % · 14.3 % · 14.3 % · 14.3 % · 14.3 % · 14.3 % · 14.2 %")]       // rounded one by one they are 100.1 %
    [InlineData(new long[] { 1, 0, 3 }, "25 % ·  · 75 %")]
    [InlineData(new long[] { 4, 0, 0 }, "100 % ·  · ")]
    [InlineData(new long[] { 9_999, 1 }, ">99.9 % · <0.1 %")]
    [InlineData(new long[] { long.MaxValue / 2, long.MaxValue / 2 }, "50 % · 50 %")]
    public void Percentages_of_a_row_add_up_and_none_is_rounded_away(long[] counts, string texts) => Assert.Equal(texts, string.Join(" · ", Of([counts]).Of(0)));

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
    public void Any_row_adds_up_to_a_hundred()
    {
        var random = new Random(0);
        for (var i = 0; i < 200; i++)
        {
            var counts = Enumerable.Range(0, 17).Select(_ => (long)random.Next(20, 60)).ToArray();
            var texts = Of([counts]).Of(0);
            Assert.Equal(100.0m, texts.Where(t => t.Length > 0).Sum(t => decimal.Parse(t[..^2], CultureInfo.InvariantCulture)));
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
