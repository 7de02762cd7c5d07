using System.Text.Json;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Imaging.Tests;

/// <summary>The files and values of tests/golden/decode, which Pillow 13 made.</summary>
public sealed class GoldenDecodeTests
{
    private static readonly JsonElement[] Rows = ReadRows();

    /// <summary>All but the one in which we differ from Pillow on purpose, which has a test of its own.</summary>
    public static TheoryData<string> Files() => new(Rows.Select(Name).Where(name => name != "grey-16bit.png"));

    public static TheoryData<string> LosslessFiles() => new(Rows.Select(Name).Where(name => !IsLossy(name) && name != "grey-16bit.png"));

    [Theory, MemberData(nameof(LosslessFiles))]
    public void A_lossless_file_has_pillows_pixels_exactly(string file)
    {
        using var image = DecodeStored(file);
        Assert.Equal(Row(file).GetProperty("crc32").GetUInt32(), Crc32.Of(image.Pixels.ToArray()));
    }

    [Theory, MemberData(nameof(Files))]
    public void A_file_has_pillows_size_first_rows_and_mean_within_the_tolerance_of_its_kind(string file)
    {
        var row = Row(file);
        using var image = DecodeStored(file);
        Assert.Equal((row.GetProperty("width").GetInt32(), row.GetProperty("height").GetInt32()), (image.Width, image.Height));

        var expected = Numbers(row.GetProperty("rows_0_1"));
        var actual = image.Pixels[..expected.Length].ToArray();
        var worst = expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= Tolerance(file), $"{file}: a value differs by {worst}, {Tolerance(file)} is allowed");
        foreach (var (e, a) in Numbers(row.GetProperty("mean")).Zip(Mean(image))) Assert.Equal(e, a, tolerance: IsLossy(file) ? 0.5 : 1e-9);
    }

    [Fact]
    public void Sixteen_bit_grey_keeps_the_upper_eight_bits()
    {
        using var deep = DecodeStored("grey-16bit.png");
        using var grey = DecodeStored("grey.png");
        Assert.True(deep.Pixels.SequenceEqual(grey.Pixels));
    }

    [Theory, MemberData(nameof(Files))]
    public void A_file_is_upright_by_default(string file)
    {
        var expected = Row(file).GetProperty("upright");
        using var image = ImageDecoder.Decode(Repository.Golden("decode", file));

        Assert.Equal((expected.GetProperty("width").GetInt32(), expected.GetProperty("height").GetInt32()), (image.Width, image.Height));
        var first = Numbers(expected.GetProperty("first"));
        var worst = first.Zip(image.Pixels[..first.Length].ToArray(), (e, a) => Math.Abs(e - a)).Max();
        Assert.True(worst <= Tolerance(file), $"{file}: a value differs by {worst}, {Tolerance(file)} is allowed");
    }

    private static RgbImage DecodeStored(string file) => ImageDecoder.Decode(Repository.Golden("decode", file), new() { HonourExifOrientation = false });

    private static bool IsLossy(string file) => file.EndsWith(".jpg", StringComparison.Ordinal) || file == "lossy.webp";

    private static double Tolerance(string file) => file == "cmyk.jpg" ? 3 : IsLossy(file) ? 2 : 0;

    private static double[] Mean(RgbImage image)
    {
        var sums = new double[3];
        for (var i = 0; i < image.Pixels.Length; i++) sums[i % 3] += image.Pixels[i];
        return [.. sums.Select(sum => sum / (image.Width * image.Height))];
    }

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetDouble())];

    private static string Name(JsonElement row) => row.GetProperty("file").GetString()!;

    private static JsonElement Row(string file) => Rows.Single(row => Name(row) == file);

    private static JsonElement[] ReadRows()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("decode", "expected.json")));
        return [.. json.RootElement.GetProperty("files").EnumerateArray().Select(row => row.Clone())];
    }
}
