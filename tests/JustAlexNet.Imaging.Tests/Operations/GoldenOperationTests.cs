using System.Text.Json;
using JustAlexNet.Imaging.Operations;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Imaging.Tests;

/// <summary>The values of tests/golden/augmentation, which torchvision 0.14 made with Pillow 9.4.</summary>
public sealed class GoldenOperationTests
{
    private delegate void Operation(Span<byte> pixels, int width, int height, double amount);

    private static readonly Dictionary<string, Operation> Ours = new()
    {
        ["brightness"] = (p, _, _, a) => Enhancement.Brightness(p, (float)a),
        ["contrast"] = (p, _, _, a) => Enhancement.Contrast(p, (float)a),
        ["saturation"] = (p, _, _, a) => Enhancement.Saturation(p, (float)a),
        ["sharpness"] = (p, w, _, a) => Enhancement.Sharpness(p, w, (float)a),
        ["hue"] = (p, _, _, a) => Hue.Shift(p, a),
        ["posterize"] = (p, _, _, a) => Tones.Posterize(p, (int)a),
        ["solarize"] = (p, _, _, a) => Tones.Solarize(p, a),
        ["invert"] = (p, _, _, _) => Tones.Invert(p),
        ["autocontrast"] = (p, _, _, _) => Tones.AutoContrast(p),
        ["equalize"] = (p, _, _, _) => Tones.Equalize(p),
        ["grey"] = (p, _, _, _) => Grey.Apply(p),
        ["gaussian"] = (p, w, _, a) => Blur.Gaussian(p, w, (float)a),
        ["box"] = (p, w, _, a) => Blur.Box(p, w, (float)a, passes: 1),
        ["rotate-nearest"] = (p, w, h, a) => Warp.Apply(p, w, h, AffineMap.Rotation(a, w, h), bilinear: false),
        ["rotate-bilinear"] = (p, w, h, a) => Warp.Apply(p, w, h, AffineMap.Rotation(a, w, h), bilinear: true),
        ["shear-x-nearest"] = (p, w, h, a) => Warp.Apply(p, w, h, AffineMap.ShearX(a), bilinear: false),
        ["shear-x-bilinear"] = (p, w, h, a) => Warp.Apply(p, w, h, AffineMap.ShearX(a), bilinear: true),
        ["shear-y-nearest"] = (p, w, h, a) => Warp.Apply(p, w, h, AffineMap.ShearY(a), bilinear: false),
        ["shear-y-bilinear"] = (p, w, h, a) => Warp.Apply(p, w, h, AffineMap.ShearY(a), bilinear: true),
        ["translate-x-nearest"] = (p, w, h, a) => Warp.Apply(p, w, h, AffineMap.Translation((int)a, 0), bilinear: false),
        ["translate-x-bilinear"] = (p, w, h, a) => Warp.Apply(p, w, h, AffineMap.Translation((int)a, 0), bilinear: true),
        ["translate-y-nearest"] = (p, w, h, a) => Warp.Apply(p, w, h, AffineMap.Translation(0, (int)a), bilinear: false),
        ["translate-y-bilinear"] = (p, w, h, a) => Warp.Apply(p, w, h, AffineMap.Translation(0, (int)a), bilinear: true),
    };

    public static TheoryData<string, double> Cases()
    {
        var data = new TheoryData<string, double>();
        foreach (var row in Rows()) data.Add(row.GetProperty("operation").GetString()!, row.GetProperty("amount").GetDouble());
        return data;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Result_has_the_bits_of_torchvision_and_pillow(string operation, double amount)
    {
        var sums = Rows().Single(row => row.GetProperty("operation").GetString() == operation && row.GetProperty("amount").GetDouble().Equals(amount)).GetProperty("crc32");
        var wrong = new List<string>();
        foreach (var sum in sums.EnumerateObject())
        {
            using var picture = Source(sum.Name);
            Ours[operation](picture.Pixels, picture.Width, picture.Height, amount);
            if (Crc32.Of(picture.Pixels.ToArray()) != sum.Value.GetUInt32()) wrong.Add(sum.Name);
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_operation_changes_pixels_at_some_amount()
    {
        using var photo = Source("photo-200x267.png");
        foreach (var (name, apply) in Ours)
        {
            var before = photo.Pixels.ToArray();
            var after = photo.Pixels.ToArray();
            apply(after, photo.Width, photo.Height, name == "posterize" ? 4 : name is "hue" or "solarize" ? 0.25 : 3.7);
            Assert.False(before.AsSpan().SequenceEqual(after), name);
        }
    }

    private static RgbImage Source(string name) => name == "colours" ? Colours() : ImageDecoder.Decode(Repository.Golden("resize", name));

    /// <summary>All colours whose values are multiples of 5, blue running fastest.</summary>
    private static RgbImage Colours()
    {
        const int levels = 52;
        var image = new RgbImage(416, 338);
        for (var i = 0; i < levels * levels * levels; i++)
            (image.Pixels[3 * i], image.Pixels[3 * i + 1], image.Pixels[3 * i + 2]) = ((byte)(i / (levels * levels) * 5), (byte)(i / levels % levels * 5), (byte)(i % levels * 5));
        return image;
    }

    private static List<JsonElement> Rows()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("augmentation", "operations.json")));
        return [.. json.RootElement.GetProperty("cases").EnumerateArray().Select(row => row.Clone())];
    }
}
