using JustAlexNet.TestSupport;

namespace JustAlexNet.Imaging.Tests;

/// <summary>Files that are not whole, or not pictures: the words that a person reads.</summary>
public sealed class DamageTests
{
    private static string Reason(ReadOnlySpan<byte> file, DecodeOptions? options = null)
    {
        try
        {
            ImageDecoder.Decode(file, "photos/x.jpg", options).Dispose();
        }
        catch (ImageException exception)
        {
            Assert.Equal("photos/x.jpg", exception.Name);
            Assert.Equal($"cannot read photos/x.jpg: {exception.Reason}", exception.Message);
            return exception.Reason;
        }
        return "decoded";
    }

    private static byte[] Golden(string file) => File.ReadAllBytes(Repository.Golden("decode", file));

    [Theory]
    [InlineData("grey.jpg", 900, "the JPEG ends after 900 bytes, within row 25 of 44")]
    [InlineData("rgb-420-progressive.jpg", 900, "the JPEG ends after 900 bytes, before its picture does")]
    [InlineData("rgb.png", 3000, "the PNG ends after 3,000 of at least 5,488 expected bytes")]
    [InlineData("lossless.webp", 3000, "the WebP ends after 3,000 of 3,732 expected bytes")]
    [InlineData("lossy.webp", 600, "the WebP ends after 600 of 750 expected bytes")]
    [InlineData("rgb.bmp", 5000, "the BMP ends after 5,000 of 7,974 expected bytes")]
    [InlineData("palette.gif", 1200, "the GIF ends after 1,200 bytes, before its picture does")]
    [InlineData("rgb.jpg", 100, "the JPEG's header is damaged")]
    public void A_truncated_file_is_refused_with_expected_and_received(string file, int length, string reason) =>
        Assert.Equal(reason, Reason(Golden(file).AsSpan(0, length)));

    [Theory, InlineData("rgb.jpg"), InlineData("rgb-420-progressive.jpg")]
    public void A_jpeg_that_cannot_hold_the_pixels_of_its_header_is_refused_by_it(string file)
    {
        var bytes = Golden(file);
        var frame = Math.Max(bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]), bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC2]));
        Assert.DoesNotContain("expected bytes", Reason(Sized(bytes.Length, 1024)), StringComparison.Ordinal);
        Assert.Equal($"the JPEG ends after {bytes.Length:N0} of at least 65,500 expected bytes, for 65,500 x 1,024 pixels", Reason(Sized(65_500, 1024)));

        byte[] Sized(int columns, int rows) =>
            [.. bytes.AsSpan(0, frame + 5), (byte)(rows >> 8), (byte)rows, (byte)(columns >> 8), (byte)columns, .. bytes.AsSpan(frame + 9)];
    }

    [Theory]
    [InlineData(8, 2, 12_000, 10_000, 348_837)]      // 360,000,000 bytes of RGB
    [InlineData(1, 0, 12_000, 12_000, 17_441)]
    [InlineData(16, 6, 4000, 4000, 124_031)]
    public void A_png_that_cannot_hold_the_pixels_of_its_header_is_refused_by_it(int depth, int colour, int width, int height, int least)
    {
        var refused = new TestPng(width, height) { Bits = depth, ColourType = colour }.File([1]);
        Assert.Equal($"the PNG ends after {refused.Length:N0} of at least {least:N0} expected bytes, for {width:N0} x {height:N0} pixels", Reason(refused));
    }

    [Fact]
    public void A_png_that_is_packed_as_well_as_can_be_is_read()
    {
        using var image = ImageDecoder.Decode(new TestPng(2000, 2000).File(new byte[3 * 2000 * 2000]), "black.png");
        Assert.Equal((2000, 2000), (image.Width, image.Height));
    }

    [Theory, InlineData("rgb.jpg"), InlineData("rgb-420-progressive.jpg"), InlineData("rgb.png"), InlineData("lossless.webp"), InlineData("lossy.webp"), InlineData("rgb.bmp"), InlineData("palette.gif")]
    public void No_truncation_is_filled_up_in_silence(string file)
    {
        var whole = Golden(file);
        using var expected = ImageDecoder.Decode(whole, file);
        for (var length = 0; length < whole.Length; length++)
        {
            RgbImage actual;
            try
            {
                actual = ImageDecoder.Decode(whole.AsSpan(0, length), file);
            }
            catch (ImageException)
            {
                continue;
            }
            using (actual) Assert.True(actual.Pixels.SequenceEqual(expected.Pixels), $"{file} cut to {length} bytes was decoded to other pixels");
        }
    }

    [Fact]
    public void A_jpeg_whose_tail_is_zeros_is_refused()
    {
        var file = Golden("rgb.jpg");
        file.AsSpan(1200).Clear();
        Assert.StartsWith("the JPEG ends after 1,680 bytes", Reason(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_progressive_jpeg_without_its_last_scans_is_refused()
    {
        var file = Golden("rgb-420-progressive.jpg");
        var lastScan = file.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        Assert.Equal($"the JPEG ends after {lastScan:N0} bytes without its end marker", Reason(file.AsSpan(0, lastScan)));
    }

    [Fact]
    public void Damaged_pixel_data_is_refused()
    {
        var file = Golden("rgb.png");
        file[3000] ^= 0x55;
        Assert.Equal("the PNG's pixel data is damaged", Reason(file));
    }

    [Theory]
    [InlineData("", "the file is empty (0 bytes)")]
    [InlineData("hello, this is no picture", "it is no picture, it begins with \"hello, this is n\"; JPEG, PNG, WebP, BMP and GIF are read")]
    [InlineData("<!DOCTYPE html>\n<html>", "it is no picture, it begins with \"<!DOCTYPE html>\"; JPEG, PNG, WebP, BMP and GIF are read")]
    [InlineData("\u0001\u0002\u0003", "it is no picture, it begins with the bytes 010203; JPEG, PNG, WebP, BMP and GIF are read")]
    [InlineData("II*\0", "it is a TIFF file (or a camera's raw file); JPEG, PNG, WebP, BMP and GIF are read")]
    [InlineData("....ftypheic", "it is a HEIC file; JPEG, PNG, WebP, BMP and GIF are read")]
    [InlineData("....ftypavif", "it is an AVIF file; JPEG, PNG, WebP, BMP and GIF are read")]
    [InlineData("....ftypisom", "it is a video file; JPEG, PNG, WebP, BMP and GIF are read")]
    [InlineData("8BPS", "it is a Photoshop file; JPEG, PNG, WebP, BMP and GIF are read")]
    [InlineData("%PDF-1.7", "it is a PDF file; JPEG, PNG, WebP, BMP and GIF are read")]
    [InlineData("PK\u0003\u0004", "it is a zip archive; JPEG, PNG, WebP, BMP and GIF are read")]
    public void What_is_no_readable_picture_is_named(string content, string reason) =>
        Assert.Equal(reason, Reason(System.Text.Encoding.Latin1.GetBytes(content)));

    [Theory]
    [InlineData(0xC3, 8, "it is a lossless JPEG; baseline and progressive ones are read")]
    [InlineData(0xC5, 8, "it is a hierarchical JPEG; baseline and progressive ones are read")]
    [InlineData(0xC1, 12, "it is a JPEG with 12 bits a colour; 8 are read")]
    public void A_jpeg_of_a_rare_coding_is_refused_by_its_name(int marker, int bits, string reason)
    {
        var file = Golden("rgb.jpg");
        var frame = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        file[frame + 1] = (byte)marker;
        file[frame + 4] = (byte)bits;
        Assert.Equal(reason, Reason(file));
    }

    [Theory]
    [InlineData(16, 0, "it is a BMP with 16 bits a pixel, whose expansion to 8 bits a colour is ambiguous; 1, 4, 8, 24 and 32 are read")]
    [InlineData(8, 1, "it is a run-length compressed BMP, which may leave pixels undefined; save it uncompressed or as PNG")]
    public void A_bmp_that_would_not_come_out_exactly_is_refused(int bits, int compression, string reason)
    {
        var file = Golden("rgb.bmp");
        file[28] = (byte)bits;
        file[30] = (byte)compression;
        Assert.Equal(reason, Reason(file));
    }

    [Fact]
    public void The_content_counts_and_not_the_name()
    {
        using var scratch = new Scratch();
        var lying = scratch.At("really-a.jpg");
        File.Copy(Repository.Golden("decode", "rgb.png"), lying);
        using var image = ImageDecoder.Decode(lying);
        using var expected = ImageDecoder.Decode(Repository.Golden("decode", "rgb.png"));
        Assert.True(image.Pixels.SequenceEqual(expected.Pixels));
    }
}
