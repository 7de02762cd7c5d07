using JustAlexNet.Imaging.Decoding;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Imaging.Tests;

public sealed class PictureHeaderTests
{
    [Theory]
    [InlineData("rgb.jpg", nameof(PictureKind.Jpeg), nameof(PictureColours.Rgb), false, false, 8)]
    [InlineData("rgb-420-progressive.jpg", nameof(PictureKind.Jpeg), nameof(PictureColours.Rgb), false, false, 8)]
    [InlineData("grey.jpg", nameof(PictureKind.Jpeg), nameof(PictureColours.Grey), false, false, 8)]
    [InlineData("cmyk.jpg", nameof(PictureKind.Jpeg), nameof(PictureColours.Cmyk), false, false, 8)]
    [InlineData("rgb.png", nameof(PictureKind.Png), nameof(PictureColours.Rgb), false, false, 8)]
    [InlineData("grey.png", nameof(PictureKind.Png), nameof(PictureColours.Grey), false, false, 8)]
    [InlineData("grey-alpha.png", nameof(PictureKind.Png), nameof(PictureColours.Grey), true, false, 8)]
    [InlineData("grey-16bit.png", nameof(PictureKind.Png), nameof(PictureColours.Grey), false, false, 16)]
    [InlineData("rgba.png", nameof(PictureKind.Png), nameof(PictureColours.Rgb), true, false, 8)]
    [InlineData("palette.png", nameof(PictureKind.Png), nameof(PictureColours.Rgb), false, false, 8)]
    [InlineData("palette-transparent.png", nameof(PictureKind.Png), nameof(PictureColours.Rgb), true, false, 8)]
    [InlineData("palette.gif", nameof(PictureKind.Gif), nameof(PictureColours.Rgb), false, false, 8)]
    [InlineData("palette-transparent.gif", nameof(PictureKind.Gif), nameof(PictureColours.Rgb), true, false, 8)]
    [InlineData("animated.gif", nameof(PictureKind.Gif), nameof(PictureColours.Rgb), false, true, 8)]
    [InlineData("lossy.webp", nameof(PictureKind.WebP), nameof(PictureColours.Rgb), false, false, 8)]
    [InlineData("lossless.webp", nameof(PictureKind.WebP), nameof(PictureColours.Rgb), false, false, 8)]
    [InlineData("rgb.bmp", nameof(PictureKind.Bmp), nameof(PictureColours.Rgb), false, false, 8)]
    public void Header_tells_what_is_lost_on_the_way_to_RGB(string name, string kind, string colours, bool hasAlpha, bool isAnimated, int bits)
    {
        var header = PictureHeader.Of(File.ReadAllBytes(Repository.Golden("decode", name)))!;
        Assert.Equal((kind, colours, hasAlpha, isAnimated, bits, 1), ($"{header.Kind}", $"{header.Colours}", header.HasAlpha, header.IsAnimated, header.Bits, header.Orientation));
    }

    [Theory, InlineData(1), InlineData(3), InlineData(6), InlineData(8)]
    public void Orientation_is_that_of_the_exif_tag(int orientation) =>
        Assert.Equal(orientation, PictureHeader.Of(File.ReadAllBytes(Repository.Golden("decode", $"exif-{orientation}.jpg")))!.Orientation);

    [Fact]
    public void Animated_png_and_webp_are_told_by_their_chunks()
    {
        Assert.True(PictureHeader.Of(new TestPng(2, 1) { Extra = [("acTL", [0, 0, 0, 2, 0, 0, 0, 0])] }.File([1, 2, 3, 4, 5, 6]))!.IsAnimated);
        byte[] webp = [.. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 0x12, 0, 0, 0, 1, 0, 0, 1, 0, 0];
        var header = PictureHeader.Of(webp)!;
        Assert.Equal((true, true), (header.IsAnimated, header.HasAlpha));
        webp[20] = 0;
        Assert.Equal((false, false), (PictureHeader.Of(webp)!.IsAnimated, PictureHeader.Of(webp)!.HasAlpha));
    }

    [Fact]
    public void Damaged_files_tell_as_much_as_is_there_and_others_nothing()
    {
        foreach (var path in Directory.GetFiles(Repository.Golden("decode")).Where(path => !path.EndsWith(".json", StringComparison.Ordinal)))
        {
            var file = File.ReadAllBytes(path);
            for (var length = 0; length < Math.Min(file.Length, 300); length++) _ = PictureHeader.Of(file.AsSpan(0, length));
        }
        Assert.Null(PictureHeader.Of("no picture"u8));
        Assert.Equal(PictureColours.Cmyk, PictureHeader.Of(File.ReadAllBytes(Repository.Golden("decode", "cmyk.jpg")).AsSpan(0, 700))?.Colours);
    }
}
