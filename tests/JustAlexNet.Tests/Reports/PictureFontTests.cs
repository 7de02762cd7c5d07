using SkiaSharp;

namespace JustAlexNet.Reports.Tests;

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
    public void Font_knows_the_characters_of_our_texts(string text)
    {
        using var font = new SKFont(PictureFont.Typeface);
        Assert.Equal([], text.EnumerateRunes().Where(r => font.GetGlyph(r.Value) == 0).Select(r => r.ToString()));
    }

    [Fact]
    public void Text_is_drawn_and_Chinese_is_not_the_box_of_missing_characters()
    {
        var box = Ink("\uE000");                                          // private use: no font has it
        Assert.Equal(0, Ink(""));
        Assert.NotEqual(0, box);
        foreach (var text in new[] { "a", "连", "衣", "裙" })
        {
            Assert.NotEqual(0, Ink(text));
            Assert.NotEqual(box, Ink(text));
        }
        Assert.NotEqual(Ink("连"), Ink("裙"));
    }

    [Fact]
    public void Font_knows_all_hanzi_of_GB_2312()
    {
        // Row and cell of the code's table give two bytes from 0xB0A1 to 0xF7FE; the five cells D7FA to D7FE are empty.
        System.Text.Encoding.RegisterProvider(System.Text.CodePagesEncodingProvider.Instance);
        var code = System.Text.Encoding.GetEncoding("gb2312");
        using var font = new SKFont(PictureFont.Typeface);
        var (known, missing) = (0, new List<string>());
        for (var row = 0xB0; row <= 0xF7; row++)
            for (var cell = 0xA1; cell <= 0xFE; cell++)
            {
                if (row == 0xD7 && cell >= 0xFA) continue;
                var text = code.GetString([(byte)row, (byte)cell]);
                if (font.GetGlyph(char.ConvertToUtf32(text, 0)) == 0) missing.Add(text);
                else known++;
            }
        Assert.Equal([], missing);
        Assert.Equal(6763, known);
    }

    [Theory]
    [InlineData("LICENSE-NotoSansSC.txt")]
    [InlineData("LICENSE-NotoSans.txt")]
    public void Licences_of_the_font_stand_beside_it(string name)
    {
        var licence = File.ReadAllText(TestSupport.Repository.At("src", "JustAlexNet", "Reports", "Fonts", name));
        Assert.Contains("SIL OPEN FONT LICENSE Version 1.1", licence, StringComparison.Ordinal);
    }

    // Dark pixels of the text.
    private static int Ink(string text)
    {
        using var sheet = new Sheet(200, 100);
        sheet.Text(text, 100, 50, 60, ScottPlot.Colors.Black, SKTextAlign.Center);
        using var picture = new Picture(sheet.ToPng());
        return picture.Dark(0, 0, 200, 100);
    }
}
