using JustAlexNet.Imaging;
using JustAlexNet.Inference.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Transfer.Tests;

public sealed class FeatureViewTests
{
    private const int Side = 32;

    [Theory]
    [InlineData(true), InlineData(false)]
    public void First_view_is_the_preprocessing_and_the_second_its_mirror_image(bool squash)
    {
        var preprocessing = squash ? Preprocessing.Squash(Side) : Preprocessing.ImageNet(Side);
        using var image = ImageDecoder.Decode(Repository.At("samples", "test.png"));
        var expected = new byte[Side * Side * 3];
        preprocessing.Apply(image, expected);
        var views = FeatureView.First(2).Select(view => Render(view, image, preprocessing)).ToList();

        Assert.Equal(expected, views[0]);
        Assert.NotEqual(expected, views[1]);
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
                Assert.Equal(expected.AsSpan((y * Side + x) * 3, 3).ToArray(), views[1].AsSpan((y * Side + Side - 1 - x) * 3, 3).ToArray());
    }

    [Fact]
    public void All_views_differ_and_have_names_of_their_own()
    {
        using var image = ImageDecoder.Decode(Repository.At("samples", "test.png"));
        var views = FeatureView.First(FeatureView.MaxCount);
        Assert.Equal(12, views.Select(view => Convert.ToHexString(Render(view, image, Preprocessing.ImageNet(Side)))).Distinct().Count());
        Assert.Equal(12, views.Select(view => view.Name).Distinct().Count());
    }

    [Theory]
    [InlineData(1, 1), InlineData(1, 7), InlineData(5, 2)]
    public void The_smallest_pictures_have_all_views_too(int width, int height)
    {
        using var image = TestImage(width, height);
        foreach (var preprocessing in new[] { Preprocessing.Squash(8), Preprocessing.ImageNet(8) })
            foreach (var view in FeatureView.First(FeatureView.MaxCount))
                Assert.Equal(8 * 8 * 3, Render(view, image, preprocessing).Length);
    }

    private static byte[] Render(FeatureView view, RgbImage image, Preprocessing preprocessing)
    {
        var pixels = new byte[preprocessing.Side * preprocessing.Side * 3];
        view.Render(image, preprocessing, pixels);
        return pixels;
    }

    private static RgbImage TestImage(int width, int height)
    {
        using var scratch = new Scratch();
        TestPictures.Write(scratch.At("a.bmp"), width, height, 1);
        return ImageDecoder.Decode(scratch.At("a.bmp"));
    }
}
