using JustAlexNet.Imaging.Decoding;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Imaging.Tests;

public sealed class OrientationTests
{
    /// <summary>Column and row in the stored picture of each pixel of the upright one, as the EXIF standard words it.</summary>
    internal static (int X, int Y) Stored(int orientation, int x, int y, int width, int height) => orientation switch
    {
        1 => (x, y),
        2 => (width - 1 - x, y),                        // mirrored
        3 => (width - 1 - x, height - 1 - y),           // upside down
        4 => (x, height - 1 - y),
        5 => (y, x),                                    // along the main diagonal
        6 => (y, height - 1 - x),                       // turn by 90 degrees, clockwise
        7 => (width - 1 - y, height - 1 - x),
        _ => (width - 1 - y, x),
    };

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4), InlineData(5), InlineData(6), InlineData(7), InlineData(8)]
    public void Every_pixel_moves_to_where_its_orientation_says(int orientation)
    {
        var path = Repository.Golden("decode", $"exif-{orientation}.jpg");
        using var stored = ImageDecoder.Decode(path, new() { HonourExifOrientation = false });
        using var upright = ImageDecoder.Decode(path);

        Assert.Equal(orientation >= 5 ? (44, 60) : (60, 44), (upright.Width, upright.Height));
        for (var y = 0; y < upright.Height; y++)
            for (var x = 0; x < upright.Width; x++)
            {
                var (fromX, fromY) = Stored(orientation, x, y, stored.Width, stored.Height);
                Assert.Equal(Pixel(stored, fromX, fromY), Pixel(upright, x, y));
            }
    }

    [Fact]
    public void Orientation_can_be_left_alone()
    {
        using var lying = ImageDecoder.Decode(Repository.Golden("decode", "exif-6.jpg"), new() { HonourExifOrientation = false });
        using var upright = ImageDecoder.Decode(Repository.Golden("decode", "exif-1.jpg"));
        Assert.Equal((60, 44), (lying.Width, lying.Height));
        Assert.True(lying.Pixels.SequenceEqual(upright.Pixels));
    }

    [Theory, InlineData("II"), InlineData("MM")]
    public void A_png_is_turned_by_its_exif_chunk(string order)
    {
        byte[] exif = order == "II"
            ? [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]
            : [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        var file = new TestPng(2, 1) { Extra = [("eXIf", exif)] }.File([1, 2, 3, 4, 5, 6]);

        using var upright = ImageDecoder.Decode(file, "turned.png");
        Assert.Equal((1, 2), (upright.Width, upright.Height));
        Assert.Equal([1, 2, 3, 4, 5, 6], upright.Pixels.ToArray());
    }

    // What Pillow 9.4 does with each type of the tag. BYTE and UNDEFINED it reads as bytes, which are no number.
    [Theory]
    [InlineData(1, 1), InlineData(2, 1), InlineData(3, 6), InlineData(4, 6), InlineData(6, 6), InlineData(7, 1), InlineData(8, 6), InlineData(9, 6), InlineData(13, 6), InlineData(16, 6), InlineData(17, 1)]
    public void Orientation_is_read_in_every_integer_type_that_Pillow_reads(int type, int orientation)
    {
        foreach (var big in new[] { false, true })
        {
            Assert.Equal(orientation, ExifTag.ReadOrientation(Exif(big, (type, 1, [6]))));
            Assert.Equal(orientation, ExifTag.ReadOrientation([.. "Exif\0\0"u8, .. Exif(big, (type, 1, [6]))]));
        }
    }

    [Fact]
    public void Orientation_is_the_first_value_of_the_last_entry_as_in_Pillow()
    {
        Assert.Equal(6, ExifTag.ReadOrientation(Exif(false, (3, 2, [6, 3]))));
        Assert.Equal(6, ExifTag.ReadOrientation(Exif(true, (4, 3, [6, 3, 8]))));         // behind the table, since they take more than four bytes
        Assert.Equal(3, ExifTag.ReadOrientation(Exif(false, (3, 1, [6]), (3, 1, [3]))));
        Assert.Equal(1, ExifTag.ReadOrientation(Exif(false, (3, 1, [6]), (1, 1, [3]))));
        Assert.Equal(6, ExifTag.ReadOrientation(Exif(false, (3, 1, [6]), (3, 0, [3]))));
        Assert.Equal(1, ExifTag.ReadOrientation(Exif(false, (8, 1, [-6]))));
        Assert.Equal(1, ExifTag.ReadOrientation(Exif(false, (4, 1, [0x10006]))));
    }

    [Fact]
    public void A_jpeg_is_turned_by_a_long_tag_whichever_decoder_reads_it()
    {
        var plain = File.ReadAllBytes(Repository.Golden("decode", "exif-1.jpg"));
        byte[] exif = [.. "Exif\0\0"u8, .. Exif(big: true, (4, 1, [6]))];
        byte[] file = [0xFF, 0xD8, 0xFF, 0xE1, (byte)((exif.Length + 2) >> 8), (byte)(exif.Length + 2), .. exif, .. plain[2..]];
        foreach (var decoder in new[] { JpegDecoder.Current, JpegDecoder.Choose("skia", "none") })
        {
            using var upright = ImageDecoder.Decode(decoder, file, "long.jpg", DecodeOptions.Default);
            Assert.Equal((44, 60), (upright.Width, upright.Height));
        }
    }

    [Fact]
    public void A_webp_is_turned_by_its_exif_chunk_in_any_type()
    {
        var plain = File.ReadAllBytes(Repository.Golden("decode", "lossless.webp"));
        using var stored = ImageDecoder.Decode(plain, "plain.webp");
        byte[] exif = Exif(big: false, (4, 1, [6]));
        byte[] extended = [.. "VP8X"u8, 10, 0, 0, 0, 0x18, 0, 0, 0, .. Bytes(stored.Width - 1, 3, false), .. Bytes(stored.Height - 1, 3, false)];
        byte[] body = [.. "WEBP"u8, .. extended, .. plain[12..], .. "EXIF"u8, .. Bytes(exif.Length, 4, false), .. exif];
        using var upright = ImageDecoder.Decode([.. "RIFF"u8, .. Bytes(body.Length, 4, false), .. body], "turned.webp");
        Assert.Equal((stored.Height, stored.Width), (upright.Width, upright.Height));
        Assert.NotEqual(stored.Width, stored.Height);
    }

    /// <summary>A block of EXIF data with orientation tags of a type, a count and values.</summary>
    private static byte[] Exif(bool big, params (int Type, int Count, long[] Values)[] tags)
    {
        var (table, behind) = (new List<byte>(), new List<byte>());
        var behindAt = 8 + 2 + 12 * tags.Length + 4;
        foreach (var (type, count, values) in tags)
        {
            var size = type switch { 3 or 8 => 2, 4 or 9 or 13 => 4, 16 or 17 => 8, _ => 1 };
            byte[] data = [.. values.SelectMany(value => Bytes(value, size, big))];
            table.AddRange([.. Bytes(0x0112, 2, big), .. Bytes(type, 2, big), .. Bytes(count, 4, big)]);
            table.AddRange(data.Length <= 4 ? [.. data, .. new byte[4 - data.Length]] : Bytes(behindAt + behind.Count, 4, big));
            if (data.Length > 4) behind.AddRange(data);
        }
        return [.. big ? "MM\0*"u8 : "II*\0"u8, .. Bytes(8, 4, big), .. Bytes(tags.Length, 2, big), .. table, 0, 0, 0, 0, .. behind];
    }

    private static byte[] Bytes(long value, int size, bool big)
    {
        byte[] little = [.. Enumerable.Range(0, size).Select(i => (byte)(value >> (8 * i)))];
        return big ? [.. little.Reverse()] : little;
    }

    private static (byte, byte, byte) Pixel(RgbImage image, int x, int y)
    {
        var at = 3 * (y * image.Width + x);
        return (image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]);
    }
}
