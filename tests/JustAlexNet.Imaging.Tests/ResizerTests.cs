using System.Text.Json;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Imaging.Tests;

public sealed class ResizerTests
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
    public void Resized_pixels_are_those_of_pillow_and_torchvision(string source, string mode, uint crc)
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
        var target = new byte[preprocessing.Side * preprocessing.Side * 3];

        preprocessing.Apply(image, target);

        Assert.Equal(crc, Crc32.Of(target));
    }
}
