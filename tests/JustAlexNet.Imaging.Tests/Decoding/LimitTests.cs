using JustAlexNet.TestSupport;

namespace JustAlexNet.Imaging.Tests;

public sealed class LimitTests
{
    [Fact]
    public void A_picture_above_the_limit_is_refused_with_its_size()
    {
        var path = Repository.Golden("decode", "rgb.png");
        var exception = Assert.Throws<ImageException>(() => ImageDecoder.Decode(path, new() { MaxPixels = 2639 }));
        Assert.Equal("it has 60 x 44 = 2,640 pixels, the limit is 2,639", exception.Reason);
        ImageDecoder.Decode(path, new() { MaxPixels = 2640 }).Dispose();
    }

    [Theory, InlineData("rgb.jpg"), InlineData("rgb.png"), InlineData("rgb.bmp"), InlineData("palette.gif"), InlineData("lossless.webp")]
    public void A_header_that_promises_a_giant_picture_takes_no_memory_for_it(string name)
    {
        var file = File.ReadAllBytes(Repository.Golden("decode", name));
        Giant(file, name);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ImageException>(() => ImageDecoder.Decode(file, name));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_file_above_the_limit_is_not_read()
    {
        var path = Repository.Golden("decode", "rgb.png");
        var exception = Assert.Throws<ImageException>(() => ImageDecoder.Decode(path, new() { MaxBytes = 5000 }));
        Assert.Equal("the file has 5,488 bytes, the limit is 5,000", exception.Reason);
    }

    /// <summary>Writes the largest sides that the format can name.</summary>
    private static void Giant(byte[] file, string name)
    {
        var (at, length) = name switch
        {
            "rgb.jpg" => (file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]) + 5, 4),
            "rgb.png" => (16, 8),
            "rgb.bmp" => (18, 8),
            "palette.gif" => (6, 4),
            _ => (21, 3),                               // 14 bits a side behind VP8L's signature
        };
        file.AsSpan(at, length).Fill(0xFF);
        if (name == "rgb.png") file[16] = file[20] = 0x7F;
        if (name == "lossless.webp") file[24] |= 0x0F;
        if (name == "rgb.bmp") file[21] = file[25] = 0x7F;
    }
}
