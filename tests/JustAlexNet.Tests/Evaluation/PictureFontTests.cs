using SkiaSharp;

namespace JustAlexNet.Evaluation.Tests;

public sealed class PictureFontTests
{
    [Fact]
    public void Font_comes_out_of_the_library_and_not_from_the_machine()
    {
        Assert.Equal("Noto Sans SC", PictureFont.Typeface.FamilyName);
        Assert.Same(PictureFont.Typeface, ScottPlot.Fonts.GetTypeface(PictureFont.Name, bold: false, italic: false));
        Assert.Same(PictureFont.Typeface, ScottPlot.Fonts.GetTypeface(PictureFont.Name, bold: true, italic: false));
        Assert.NotSame(PictureFont.Typeface, ScottPlot.Fonts.GetTypeface("Some Other Font", bold: false, italic: false));
    }

    [Theory]
    [InlineData("The quick brown fox: 0123456789 % () [] {} <> _-–—…'\"“”‘’·•/\\")]
    [InlineData("ÀÉÎõüßœŁžğ Đǎǔ ñ € £ ¥ ° ± × ÷ ² ½")]
    [InlineData("αβγδλμσΩ Привет ひらカナ ← ↑ → ↓ ≤ ≥ ≠ ─│┌┐ ✓ ■□●○")]
    [InlineData("训练曲线验证损失准确率混淆矩阵连衣裙帽子鞋子裤子衬衫，。：；！？（）《》、“”")]
    [InlineData("訓練曲線驗證損失準確率混淆矩陣連衣裙帽子鞋子褲子襯衫")]
    public void Font_knows_the_characters_of_our_texts(string text) =>
        Assert.Equal([], text.EnumerateRunes().Where(r => !PictureFont.Typeface.ContainsGlyphs(r.ToString())).Select(r => r.ToString()));

    [Fact]
    public void Text_is_drawn_and_Chinese_is_not_the_box_of_missing_characters()
    {
        var nothing = Ink("");
        var box = Ink("\uE000");                                          // private use: no font has it
        Assert.Equal(0, nothing.Dark(0, 0, 200, 100));
        Assert.NotEqual(0, box.Dark(0, 0, 200, 100));
        foreach (var text in new[] { "a", "连", "衣", "裙" })
        {
            Assert.NotEqual(0, Ink(text).Dark(0, 0, 200, 100));
            Assert.NotEqual(box.Dark(0, 0, 200, 100), Ink(text).Dark(0, 0, 200, 100));
        }
        Assert.NotEqual(Ink("连").Dark(0, 0, 200, 100), Ink("裙").Dark(0, 0, 200, 100));
    }

    [Fact]
    public void Licence_of_the_font_stands_beside_it()
    {
        var licence = File.ReadAllText(TestSupport.Repository.At("src", "JustAlexNet", "Evaluation", "Fonts", "LICENSE-NotoSansSC.txt"));
        Assert.Contains("SIL OPEN FONT LICENSE Version 1.1", licence, StringComparison.Ordinal);
    }

    private static Picture Ink(string text)
    {
        using var sheet = new Sheet(200, 100);
        sheet.Text(text, 100, 50, 60, ScottPlot.Colors.Black, SKTextAlign.Center);
        return new Picture(sheet.ToPng());
    }
}
