using System.Text.Json;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Imaging.Tests;

public sealed class PreprocessingTests
{
    public static TheoryData<string, string, uint> Cases()
    {
        var data = new TheoryData<string, string, uint>();
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("resize", "expected.json")));
        foreach (var row in json.RootElement.GetProperty("cases").EnumerateArray())
            data.Add(row.GetProperty("source").GetString()!, row.GetProperty("mode").GetString()!, row.GetProperty("crc32").GetUInt32());
        return data;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Result_has_the_bits_of_pillow_and_torchvision(string source, string mode, uint crc)
    {
        var preprocessing = mode switch
        {
            "squash-224" => Preprocessing.Squash(224),
            "squash-64" => Preprocessing.Squash(64),
            "side256-crop224" => Preprocessing.ImageNet(224),
            "bicubic-side236-crop224" => new Preprocessing(new ShorterSideCrop(236, 224)) { Interpolation = Interpolation.Bicubic },
            _ => throw new ArgumentException(mode),
        };
        using var image = ImageDecoder.Decode(Repository.Golden("resize", source));
        Assert.Equal(crc, Crc32.Of(Apply(preprocessing, image)));
    }

    [Theory, InlineData(224, 256), InlineData(64, 73), InlineData(299, 342), InlineData(1, 1)]
    public void ImageNet_evaluation_resizes_to_eight_sevenths_of_the_side(int side, int shorterSide) =>
        Assert.Equal(new ShorterSideCrop(shorterSide, side), Preprocessing.ImageNet(side).Geometry);

    [Fact]
    public void A_picture_smaller_than_the_crop_lies_in_a_black_border_the_larger_half_of_it_behind()
    {
        using var image = new RgbImage(2, 1);
        image.Pixels.Fill(200);
        var result = Apply(new Preprocessing(new ShorterSideCrop(1, 4)), image);       // 2 x 1 in 4 x 4: one column and row before it
        var lit = result.Chunk(3).Select((pixel, i) => (pixel, i)).Where(entry => entry.pixel[0] != 0);
        Assert.Equal([5, 6], lit.Select(entry => entry.i));
    }

    [Theory, InlineData(5, 2), InlineData(7, 2), InlineData(8, 3), InlineData(11, 4), InlineData(2, 0)]
    public void The_middle_begins_at_half_the_rest_rounded_to_even(int width, int first)      // 1.5, 2.5, 3, 4.5, 0
    {
        using var image = new RgbImage(width, 2);
        for (var i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = (byte)(i / 3 % width);
        Assert.Equal(first, Apply(new Preprocessing(new ShorterSideCrop(2, 2)), image)[0]);
    }

    [Fact]
    public void A_strip_of_extreme_length_costs_no_more_than_its_middle()
    {
        using var image = new RgbImage(1, 200_000);
        image.Pixels.Fill(77);
        Assert.All(Apply(Preprocessing.ImageNet(224), image), value => Assert.Equal(77, value));
    }

    [Fact]
    public void Equal_values_make_equal_descriptions()
    {
        Assert.Equal(Preprocessing.Squash(224), Preprocessing.Squash(224) with { Mean = new(0.485, 0.456, 0.406) });
        Assert.NotEqual(Preprocessing.Squash(224), Preprocessing.Squash(225));
        Assert.NotEqual(Preprocessing.Squash(224), Preprocessing.ImageNet(224));
        Assert.NotEqual(Preprocessing.Squash(224), Preprocessing.Squash(224) with { Deviation = new(0.5, 0.5, 0.5) });
        Assert.NotEqual(Preprocessing.Squash(224), Preprocessing.Squash(224) with { HonourExifOrientation = false });
    }

    [Fact]
    public void A_target_that_is_too_short_is_the_callers_mistake()
    {
        using var image = new RgbImage(3, 3);
        var exception = Assert.Throws<ArgumentException>(() => Preprocessing.ImageNet(8).Apply(image, new byte[191]));
        Assert.StartsWith("The target has 191 bytes, 8 x 8 pixels need 192.", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Preprocessing.Squash(8).Apply(image, new byte[191]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Preprocessing.Squash(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Preprocessing.ImageNet(-1));
    }

    private static byte[] Apply(Preprocessing preprocessing, RgbImage image)
    {
        var target = new byte[preprocessing.Side * preprocessing.Side * 3];
        preprocessing.Apply(image, target);
        return target;
    }
}
