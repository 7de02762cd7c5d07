using JustAlexNet.Imaging.Decoding;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Imaging.Tests;

/// <summary>PNG forms that a photo folder rarely holds, against values worked out by hand.</summary>
public sealed class PngTests
{
    private static readonly byte[] Pixels = [.. Enumerable.Range(0, 4 * 4 * 8).Select(i => (byte)(i * 37 + 11))];

    [Theory, InlineData(0, 1), InlineData(2, 3), InlineData(4, 2), InlineData(6, 4)]
    public void Sixteen_bits_a_value_keep_the_upper_eight(int colourType, int channels)
    {
        var file = Pixels[..(4 * 4 * channels * 2)];
        using var image = ImageDecoder.Decode(new TestPng(4, 4) { ColourType = colourType, Bits = 16 }.File(file), "deep.png");

        for (var i = 0; i < 16; i++)
            for (var c = 0; c < 3; c++)
                Assert.Equal(file[2 * (i * channels + (channels >= 3 ? c : 0))], image.Pixels[3 * i + c]);
    }

    [Theory, InlineData("gAMA", "000186A0"), InlineData("gAMA", "00002710"), InlineData("sRGB", "00"), InlineData("tRNS", "000B00300055")]
    public void Gamma_colour_space_and_a_transparent_colour_change_no_value(string chunk, string data)
    {
        var rgb = Pixels[..48];
        using var image = ImageDecoder.Decode(new TestPng(4, 4) { Extra = [(chunk, Convert.FromHexString(data))] }.File(rgb), "plain.png");
        Assert.Equal(rgb, image.Pixels.ToArray());
    }

    [Fact]
    public void A_transparent_palette_colour_keeps_its_red_green_and_blue()
    {
        var png = new TestPng(2, 1) { ColourType = 3, Extra = [("PLTE", [9, 8, 7, 6, 5, 4]), ("tRNS", [0, 128])] };
        using var image = ImageDecoder.Decode(png.File([0, 1]), "palette.png");
        Assert.Equal([9, 8, 7, 6, 5, 4], image.Pixels.ToArray());
    }

    [Theory, InlineData(1, 70_000), InlineData(6_000, 12), InlineData(3, 2_000_000)]
    public void Long_texts_are_left_out_before_they_are_read_and_all_else_stays(int chunks, int length)
    {
        (string Name, byte[] Data) text = ("zzZz", new byte[length]), upsideDown = ("eXIf", Convert.FromHexString("4D4D002A00000008000101120003000000010003000000000000"));
        var png = new TestPng(2, 1) { ColourType = 3, Extra = [("PLTE", [9, 8, 7, 6, 5, 4]), ("tRNS", [0, 128]), upsideDown, .. Enumerable.Repeat(text, chunks)] };
        var file = png.File([0, 1]);
        using var lean = PngChunks.Lean(file, System.Buffers.MemoryPool<byte>.Shared, out var left);
        Assert.NotNull(lean);
        Assert.Equal((png with { Extra = [.. png.Extra.Take(2)] }).File([0, 1]), lean.Memory.Span[..left].ToArray());
        Assert.Equal((2, 1), ImageDecoder.ReadSize(file, System.Buffers.MemoryPool<byte>.Shared));
        using var image = ImageDecoder.Decode(file, "text.png");
        Assert.Equal([6, 5, 4, 9, 8, 7], image.Pixels.ToArray());
        foreach (var cut in (int[])[file.Length - 28, file.Length / 2, 60]) Assert.Throws<ImageException>(() => ImageDecoder.Decode(file.AsSpan(0, cut), "cut.png"));
        Assert.Null(PngChunks.Lean((png with { Extra = [.. png.Extra.Take(3), ("tEXt", new byte[60_000])] }).File([0, 1]), System.Buffers.MemoryPool<byte>.Shared, out _));
    }

    [Fact]
    public void The_size_of_a_file_is_read_from_its_beginning_alone()
    {
        using var scratch = new Scratch();
        var path = scratch.At("a.png");
        var file = new TestPng(300, 7) { Extra = [("zzZz", new byte[2_000_000])] }.File(new byte[300 * 7 * 3]);
        foreach (var length in (int[])[file.Length, 24])
        {
            File.WriteAllBytes(path, file[..length]);
            Assert.Equal((300, 7), ImageDecoder.ReadSize(path));
        }
        File.WriteAllBytes(path, file[..23]);
        Assert.Null(ImageDecoder.ReadSize(path));
        Assert.Null(ImageDecoder.ReadSize(scratch.At("none.png")));
    }

    [Fact]
    public void Alpha_is_dropped_and_not_blended()
    {
        using var image = ImageDecoder.Decode(new TestPng(2, 1) { ColourType = 6 }.File([200, 100, 50, 0, 13, 77, 201, 1]), "clear.png");
        Assert.Equal([200, 100, 50, 13, 77, 201], image.Pixels.ToArray());
    }
}
