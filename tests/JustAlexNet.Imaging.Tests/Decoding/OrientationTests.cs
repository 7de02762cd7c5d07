using JustAlexNet.TestSupport;

namespace JustAlexNet.Imaging.Tests;

public sealed class OrientationTests
{
    /// <summary>Column and row in the stored picture of each pixel of the upright one, as the EXIF standard words it.</summary>
    private static (int X, int Y) Stored(int orientation, int x, int y, int width, int height) => orientation switch
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

    private static (byte, byte, byte) Pixel(RgbImage image, int x, int y)
    {
        var at = 3 * (y * image.Width + x);
        return (image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]);
    }
}
