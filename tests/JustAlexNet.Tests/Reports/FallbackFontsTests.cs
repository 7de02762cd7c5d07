using JustAlexNet.Inference;
using SkiaSharp;

namespace JustAlexNet.Reports.Tests;

public sealed class FallbackFontsTests
{
    [Theory]
    [InlineData("cats and dogs")]
    [InlineData("连衣裙")]
    [InlineData("")]
    public void Text_that_the_own_font_can_draw_is_one_piece_of_it(string text)
    {
        var (piece, font) = Assert.Single(FallbackFonts.Pieces(text));
        Assert.Equal(text, piece);
        Assert.Same(PictureFont.Typeface, font);
    }

    [Fact]
    public void Sign_that_no_font_has_stays_with_the_own_font() => Assert.Same(PictureFont.Typeface, Assert.Single(FallbackFonts.Pieces("\U0010FFFE")).Font);

    [Theory]
    [InlineData("cat \U0001F600 b")]
    [InlineData("\u0E41\u0E21\u0E27\u0E1B\u0E48\u0E32")]
    [InlineData("\u0642\u0637\u0629 \u0643\u0628\u064A\u0631\u0629")]
    public void Sign_that_a_font_of_the_system_has_is_drawn_with_it(string text)
    {
        var pieces = FallbackFonts.Pieces(text);
        Assert.Equal(text, string.Concat(pieces.Select(piece => piece.Text)));
        Assert.SkipWhen(pieces.All(piece => ReferenceEquals(piece.Font, PictureFont.Typeface)), "No font of this system has these signs.");
        foreach (var (piece, typeface) in pieces)
        {
            using var font = new SKFont(typeface);
            Assert.Equal([], piece.EnumerateRunes().Where(rune => font.GetGlyph(rune.Value) == 0).Select(rune => rune.ToString()));
        }
        Assert.True(Sheet.Measure(text, 20) > 0);
        using var picture = new Picture(ConfusionMatrixPicture.Draw(new ConfusionMatrix([text, "dog"])));
        Assert.True(picture.HasWhiteRim());
    }
}
