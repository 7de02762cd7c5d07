namespace JustAlexNet.Imaging.Tests;

public sealed class ComposedTextTests
{
    // Made with Python's unicodedata.normalize("NFD", ...).
    [Theory]
    [InlineData("cafe\u0301", "caf\u00E9")]
    [InlineData("U\u0308ni", "\u00DCni")]
    [InlineData("e\u0323\u0302", "\u1EC7")]                          // Vietnamese: two marks
    [InlineData("\u0438\u0306", "\u0439")]                           // Cyrillic
    [InlineData("\u304B\u3099", "\u304C")]                           // kana
    [InlineData("\u1112\u1161\u11AB\u1100\u116E\u11A8", "\uD55C\uAD6D")]        // Hangul
    [InlineData("\u03B1\u0313\u0301\u0345", "\u1F84")]               // Greek: three marks
    public void Decomposed_text_becomes_composed(string text, string composed)
    {
        Assert.Equal(composed, ComposedText.Of(text));
        Assert.Equal(composed, ComposedText.Of(composed));
    }

    [Fact]
    public void What_has_no_composed_letter_stays_and_text_without_marks_is_the_same_object()
    {
        Assert.Equal("q\u0301x", ComposedText.Of("q\u0301x"));
        const string Plain = "hats and 帽子";
        Assert.Same(Plain, ComposedText.Of(Plain));
    }
}
