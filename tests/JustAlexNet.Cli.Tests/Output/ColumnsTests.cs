namespace JustAlexNet.Cli.Output.Tests;

public sealed class ColumnsTests
{
    [Theory]
    [InlineData("hat", 3)]
    [InlineData("帽子", 4)]
    [InlineData("été", 3)]
    [InlineData("e\u0301te\u0301", 3)]
    [InlineData("ｆｕｌｌ", 8)]
    [InlineData("𠮷", 2)]
    public void Width_counts_places_on_a_terminal(string text, int places) => Assert.Equal(places, Columns.Width(text));

    [Fact]
    public void Padding_fills_places_and_cuts_nothing()
    {
        Assert.Equal("帽子  |", Columns.Pad("帽子", 6) + "|");
        Assert.Equal("longer", Columns.Pad("longer", 2));
    }
}
