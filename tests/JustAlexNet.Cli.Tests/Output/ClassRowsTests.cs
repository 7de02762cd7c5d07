using JustAlexNet.Inference;

namespace JustAlexNet.Cli.Output.Tests;

public sealed class ClassRowsTests
{
    private static readonly ClassScore Score = new("cats", 0.8125, 0.5, 0.6190, 26, 16);

    [Theory]
    [InlineData(null, "class        precision   recall      F1   photos", "cats             0.813    0.500   0.619       26")]
    [InlineData(49, "class        precision   recall      F1   photos", "cats             0.813    0.500   0.619       26")]
    [InlineData(48, "class        recall      F1   photos", "cats          0.500   0.619       26")]
    [InlineData(40, "class        recall      F1   photos", "cats          0.500   0.619       26")]
    [InlineData(30, "class           F1   photos", "cats         0.619       26")]
    [InlineData(20, "class           F1", "cats         0.619")]
    public void Columns_fit_the_terminal(int? width, string header, string row)
    {
        var rows = new ClassRows(["cats", "帽子"], width);
        Assert.Equal((header, row), (rows.Header, Assert.Single(rows.Of("cats", Score))));
        Assert.StartsWith("帽子       ", Assert.Single(rows.Of("帽子", Score)), StringComparison.Ordinal);
        Assert.InRange(header.Length, 0, (width ?? 100) - 1);
    }

    [Fact]
    public void Name_longer_than_half_a_line_stands_above_its_figures()
    {
        const string name = "n02099601 golden retriever, or what";
        var rows = new ClassRows(["cats", name], 40);
        Assert.Equal([name, "              0.500   0.619       26"], rows.Of(name, Score));
        Assert.Equal(["n02099601 golden retriever, or what not,", "  else"], new ClassRows([name], 41).Of($"{name} not, else", Score).SkipLast(1));
        Assert.Equal($"{name}       0.813    0.500   0.619       26", Assert.Single(new ClassRows(["cats", name], null).Of(name, Score)));
    }

    [Fact]
    public void Tab_in_a_name_is_shown_and_counted_as_what_is_shown()
    {
        var rows = new ClassRows(["tab\tbed class", "cats"], null);
        Assert.Equal("tab\\011bed class       0.813    0.500   0.619       26", Assert.Single(rows.Of("tab\tbed class", Score)));
        Assert.Equal("cats                   0.813    0.500   0.619       26", Assert.Single(rows.Of("cats", Score)));
    }
}
