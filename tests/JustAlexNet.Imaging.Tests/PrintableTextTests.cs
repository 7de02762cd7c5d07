namespace JustAlexNet.Imaging.Tests;

public sealed class PrintableTextTests
{
    [Theory]
    [InlineData("cats", "cats")]
    [InlineData("帽子 é \\ 100 %", "帽子 é \\ 100 %")]
    [InlineData("a\tb", "a\\011b")]
    [InlineData("a\nb\rc", "a\\012b\\015c")]
    [InlineData("\u001b[31mred\u007f", "\\033[31mred\\177")]
    [InlineData("\u0085\u2028", "\\302\\205\\342\\200\\250")]
    public void Control_characters_are_written_in_octal(string name, string shown) => Assert.Equal(shown, PrintableText.Of(name));

    [Fact]
    public void Lines_stay_lines() => Assert.Equal("a\\011\nb", PrintableText.OfLines("a\t\nb"));

    [Fact]
    public void Picture_whose_name_would_command_a_terminal_is_named_harmlessly()
    {
        var fault = new ImageException("a\n\u001b[2J.jpg", "it is empty");
        Assert.Equal(("cannot read a\\012\\033[2J.jpg: it is empty", "a\n\u001b[2J.jpg"), (fault.Message, fault.Name));
    }
}
