using JustAlexNet.TestSupport;

namespace JustAlexNet.Imaging.Tests;

public sealed class ThreadTests
{
    [Fact]
    public void Decoding_and_resizing_on_many_threads_gives_the_pixels_of_one()
    {
        var files = Directory.GetFiles(Repository.Golden("resize"), "*.png").Order(StringComparer.Ordinal).ToArray();
        var expected = files.Select(Prepare).ToArray();
        var actual = new uint[8 * files.Length];
        Parallel.For(0, actual.Length, new() { MaxDegreeOfParallelism = 8 }, i => actual[i] = Prepare(files[i % files.Length]));
        Assert.Equal(Enumerable.Repeat(expected, 8).SelectMany(row => row), actual);
        Assert.Equal(files.Length, expected.Distinct().Count());
    }

    private static uint Prepare(string file)
    {
        using var image = ImageDecoder.Decode(file);
        var target = new byte[64 * 64 * 3];
        Preprocessing.ImageNet(64).Apply(image, target);
        return Crc32.Of(target);
    }
}
