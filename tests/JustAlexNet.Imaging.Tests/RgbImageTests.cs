namespace JustAlexNet.Imaging.Tests;

public sealed class RgbImageTests
{
    [Fact]
    public void Pixels_have_three_bytes_each_until_the_picture_is_disposed()
    {
        var image = new RgbImage(5, 7);
        Assert.Equal(5 * 7 * 3, image.Pixels.Length);
        image.Dispose();
        image.Dispose();
        Assert.Throws<ObjectDisposedException>(() => image.Pixels.Length);
    }

    [Theory, InlineData(0, 1), InlineData(1, -1), InlineData(40_000, 40_000)]
    public void Impossible_sides_are_the_callers_mistake(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RgbImage(width, height));
}
