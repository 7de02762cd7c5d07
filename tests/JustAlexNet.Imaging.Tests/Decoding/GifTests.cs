using JustAlexNet.TestSupport;

namespace JustAlexNet.Imaging.Tests;

/// <summary>What Pillow does where a GIF's first frame does not cover its canvas: the transparent colour, else the first of the palette.</summary>
public sealed class GifTests
{
    private static readonly byte[] Palette = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120];

    [Theory, InlineData(null, 0), InlineData(2, 2)]
    public void Canvas_outside_the_first_frame_gets_the_transparent_colour_else_the_first(int? transparent, int expected)
    {
        var control = transparent is { } index ? new byte[] { 0x21, 0xF9, 4, 1, 0, 0, (byte)index, 0 } : [];
        byte[] file =
        [
            .. "GIF89a"u8, 3, 0, 2, 0, 0x81, 0, 0, .. Palette, .. control,
            0x2C, 1, 0, 0, 0, 2, 0, 1, 0, 0, 2, 2, 0x94, 0x54, 0, 0x3B,    // 2 x 1 pixels at (1, 0): colours 2 and 2
        ];
        using var image = ImageDecoder.Decode(file, "part.gif");

        var rest = Palette.AsSpan(3 * expected, 3).ToArray();
        Assert.Equal([.. rest, 70, 80, 90, 70, 80, 90, .. rest, .. rest, .. rest], image.Pixels.ToArray());
    }

    [Fact]
    public void The_first_frame_of_an_animation_is_read_and_the_callers_bytes_stay_as_they_are()
    {
        var file = File.ReadAllBytes(Repository.Golden("decode", "palette-transparent.gif"));
        var before = file.ToArray();
        using var image = ImageDecoder.Decode(file, "transparent.gif");
        Assert.Equal(before, file);
        Assert.Equal((60, 44), (image.Width, image.Height));
    }
}
