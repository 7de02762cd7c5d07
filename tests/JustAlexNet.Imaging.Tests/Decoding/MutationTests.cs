using JustAlexNet.TestSupport;

namespace JustAlexNet.Imaging.Tests;

/// <summary>Hostile files, in small: whatever a few changed bytes do, the answer is a picture or an <see cref="ImageException"/>.</summary>
public sealed class MutationTests
{
    private const int Rounds = 300;

    public static TheoryData<string> Files() =>
        new(Directory.GetFiles(Repository.Golden("decode")).Select(path => Path.GetFileName(path)!).Where(name => !name.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Files))]
    public void Changed_bytes_give_a_picture_or_an_image_exception(string name)
    {
        var whole = File.ReadAllBytes(Repository.Golden("decode", name));
        var random = new Random(20261123);
        var options = new DecodeOptions { MaxPixels = 1 << 22 };
        for (var round = 0; round < Rounds; round++)
        {
            var file = Mutation.Of(whole, random, head: 200);
            var failure = Record.Exception(() => Decode(file, name, options));
            Assert.True(failure is null or ImageException, $"round {round}: {failure}");
        }
    }

    private static void Decode(ReadOnlySpan<byte> file, string name, DecodeOptions options)
    {
        using var image = ImageDecoder.Decode(file, name, options);
        Assert.Equal(image.Width * image.Height * 3, image.Pixels.Length);
    }
}
