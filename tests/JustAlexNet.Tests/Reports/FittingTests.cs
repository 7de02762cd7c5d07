namespace JustAlexNet.Reports.Tests;

public sealed class FittingTests
{
    [Fact]
    public void A_name_that_fits_stays() => Assert.Equal("t-shirt", Fitting.Shorten("t-shirt", 500, 20));

    [Theory]
    [InlineData("a very long class name, of which beginning and end matter")]
    [InlineData("非常长的类别名称它的开头和结尾都很重要因此中间被省略")]
    public void A_long_name_keeps_beginning_and_end(string name)
    {
        var shortened = Fitting.Shorten(name, 200, 20);
        Assert.InRange(Sheet.Measure(shortened, 20), 150, 200);
        var parts = shortened.Split('…');
        Assert.Equal(2, parts.Length);
        Assert.StartsWith(parts[0], name, StringComparison.Ordinal);
        Assert.EndsWith(parts[1], name, StringComparison.Ordinal);
        Assert.True(parts[1].Length > 1);
    }

    [Fact]
    public void A_character_of_two_halves_is_never_cut()
    {
        var name = string.Concat(Enumerable.Repeat("\U00020BB7", 30));
        for (var room = 30; room < 300; room += 7)
            Assert.DoesNotContain(Fitting.Shorten(name, room, 20).EnumerateRunes(), r => r == System.Text.Rune.ReplacementChar);
    }

    [Fact]
    public void Line_breaks_and_tabs_become_spaces() => Assert.Equal("two lines here", Fitting.Shorten("two\nlines\there", 500, 20));

    [Fact]
    public void No_room_at_all_leaves_an_ellipsis() => Assert.Equal("…", Fitting.Shorten("some name", 1, 20));
}
