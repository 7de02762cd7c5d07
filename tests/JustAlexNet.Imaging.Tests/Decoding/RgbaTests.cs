namespace JustAlexNet.Imaging.Decoding.Tests;

public sealed class RgbaTests
{
    [Theory, InlineData(1), InlineData(3), InlineData(4), InlineData(5), InlineData(97)]
    public void Vectors_and_single_steps_drop_the_same_bytes(int pixels)
    {
        var bytes = new byte[4 * pixels];
        new Random(7).NextBytes(bytes);
        var (fast, slow) = (bytes.ToArray(), bytes.ToArray());

        Rgba.DropAlpha(fast);
        Rgba.DropAlphaScalar(slow, 0);

        Assert.Equal(slow[..(3 * pixels)], fast[..(3 * pixels)]);
        Assert.Equal(bytes.Chunk(4).SelectMany(pixel => pixel.Take(3)), slow.Take(3 * pixels));
    }
}
