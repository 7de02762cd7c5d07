using System.Text.Json;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Imaging.Tests;

public sealed class GoldenDecodeTests
{
    [Fact]
    public void Probe()
    {
        var problems = new List<string>();
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("decode", "expected.json")));
        foreach (var row in json.RootElement.GetProperty("files").EnumerateArray())
        {
            var name = row.GetProperty("file").GetString()!;
            try
            {
                using var image = ImageDecoder.Decode(Repository.Golden("decode", name), new() { HonourExifOrientation = false });
                var rows = row.GetProperty("rows_0_1").EnumerateArray().Select(v => v.GetInt32()).ToArray();
                var px = image.Pixels[..rows.Length].ToArray();
                problems.Add($"{name} crc {Crc32.Of(image.Pixels.ToArray()) == row.GetProperty("crc32").GetUInt32()} max {rows.Zip(px, (a, b) => Math.Abs(a - b)).Max()}");
            }
            catch (Exception e) { problems.Add($"{name} {e.Message}"); }
        }
        Assert.Fail(string.Join("\n", problems));
    }
}
