using System.Text.Json;
using JustAlexNet.Imaging.Decoding;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Imaging.Tests;

/// <summary>libjpeg-turbo against SkiaSharp: the same pixels up to rounding, the same refusals in the same words.</summary>
public sealed class TurboDecoderTests
{
    private static readonly DecodeOptions AsStored = new() { HonourExifOrientation = false };

    public static TheoryData<string> Files() =>
        new(Directory.GetFiles(Repository.Golden("decode"), "*.jpg").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Files))]
    public void A_golden_file_has_the_same_pixels_by_both(string name)
    {
        var file = File.ReadAllBytes(Repository.Golden("decode", name));
        Assert.Equal(name != "cmyk.jpg", ByTurboAlone(file, name) is not null);     // CMYK is left to SkiaSharp
        AssertSame(file, name, rounding: 0);
    }

    [Fact]
    public void Real_photos_differ_by_the_rounding_of_the_decoder_at_most()
    {
        var photos = Directory.GetFiles(Repository.At("samples", "clothing-mini"), "*.jpg", SearchOption.AllDirectories);
        Assert.NotEmpty(photos);
        foreach (var photo in photos)
        {
            var file = File.ReadAllBytes(photo);
            using (var image = ByTurboAlone(file, photo)) Assert.True(image is not null, $"{photo} was left to SkiaSharp");
            AssertSame(file, photo, rounding: 0);
        }
    }

    [Theory, MemberData(nameof(Files))]
    public void A_cut_off_file_is_refused_in_the_same_words(string name)
    {
        var whole = File.ReadAllBytes(Repository.Golden("decode", name));
        for (var length = 0; length < whole.Length; length += 7) AssertSame(whole.AsSpan(0, length), name, rounding: 0);
    }

    [Theory, MemberData(nameof(Files))]
    public void A_damaged_file_is_read_or_refused_alike(string name)
    {
        foreach (var file in Damaged(name, first: 0, end: int.MaxValue, rounds: 400)) AssertSame(file, name, rounding: 255);    // colours beyond all measure may be cut off otherwise
    }

    [Theory, InlineData("exif-1.jpg"), InlineData("exif-6.jpg"), InlineData("exif-8.jpg")]
    public void A_damaged_orientation_is_read_alike(string name)
    {
        var file = File.ReadAllBytes(Repository.Golden("decode", name));
        var exif = file.AsSpan().IndexOf("Exif"u8);
        Assert.True(exif > 0);
        foreach (var damaged in Damaged(name, exif, exif + 32, rounds: 2000)) AssertSame(damaged, name, rounding: 0);
    }

    [Fact]
    public void A_picture_above_the_limit_is_refused_by_its_header()
    {
        var file = File.ReadAllBytes(Repository.Golden("decode", "rgb.jpg"));
        var refusal = Assert.Throws<ImageException>(() => ImageDecoder.Decode(OptionalTurbo.OrSkip(), file, "rgb.jpg", new() { MaxPixels = 2639 }));
        Assert.Equal("it has 60 x 44 = 2,640 pixels, the limit is 2,639", refusal.Reason);
    }

    [Theory]
    [InlineData(0xC9)]
    [InlineData(0xCA)]
    public void Arithmetic_coding_is_left_to_skia_whatever_libjpeg_turbo_can_do(int marker)
    {
        var file = File.ReadAllBytes(Repository.Golden("decode", "rgb.jpg"));
        Assert.NotNull(ByTurboAlone(file, "rgb.jpg"));
        file[file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]) + 1] = (byte)marker;
        Assert.Null(ByTurboAlone(file, "rgb.jpg"));
    }

    [Theory, InlineData("grey.jpg"), InlineData("rgb.jpg"), InlineData("rgb-420-progressive.jpg"), InlineData("exif-6.jpg")]
    public void A_golden_file_has_pillows_pixels_exactly(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("decode", "expected.json")));
        var row = json.RootElement.GetProperty("files").EnumerateArray().Single(row => row.GetProperty("file").GetString() == name);
        using var image = ImageDecoder.Decode(OptionalTurbo.OrSkip(), File.ReadAllBytes(Repository.Golden("decode", name)), name, AsStored);
        Assert.Equal(row.GetProperty("crc32").GetUInt32(), Crc32.Of(image.Pixels.ToArray()));
    }

    private static IEnumerable<byte[]> Damaged(string name, int first, int end, int rounds)
    {
        var whole = File.ReadAllBytes(Repository.Golden("decode", name));
        var random = new Random(4);
        for (var round = 0; round < rounds; round++)
        {
            var file = whole.ToArray();
            var reach = Math.Min(round % 2 == 0 ? Math.Min(file.Length, first + 200) : file.Length, end);       // headers deserve half of the attention
            for (var change = random.Next(1, 4); change > 0; change--) file[random.Next(first, reach)] = (byte)random.Next(256);
            yield return file;
        }
    }

    private static RgbImage? ByTurboAlone(byte[] file, string name) => TurboDecoder.TryDecode(OptionalTurbo.OrSkip().Turbo!, file, name, DecodeOptions.Default);

    private static void AssertSame(ReadOnlySpan<byte> file, string name, int rounding)
    {
        foreach (var options in new[] { AsStored, DecodeOptions.Default })
        {
            using var expected = Outcome.Of(OptionalTurbo.Skia, file, name, options with { MaxPixels = 1 << 22 });
            using var actual = Outcome.Of(OptionalTurbo.OrSkip(), file, name, options with { MaxPixels = 1 << 22 });
            Assert.Equal((expected.Refusal, expected.Size), (actual.Refusal, actual.Size));
            Assert.True(expected.Distance(actual) <= rounding, $"{name}: a value differs by {expected.Distance(actual)}, {rounding} is allowed");
        }
    }

    /// <summary>A picture, or why there is none.</summary>
    private sealed record Outcome(RgbImage? Image, string? Refusal) : IDisposable
    {
        public (int Width, int Height)? Size => Image is null ? null : (Image.Width, Image.Height);

        public static Outcome Of(JpegDecoder decoder, ReadOnlySpan<byte> file, string name, DecodeOptions options)
        {
            try
            {
                return new(ImageDecoder.Decode(decoder, file, name, options), null);
            }
            catch (ImageException refusal)
            {
                return new(null, refusal.Message);
            }
        }

        public int Distance(Outcome other)
        {
            if (Image is null || other.Image is null) return 0;
            var mine = Image.Pixels;
            var theirs = other.Image.Pixels;
            var worst = 0;
            for (var i = 0; i < mine.Length; i++) worst = Math.Max(worst, Math.Abs(mine[i] - theirs[i]));
            return worst;
        }

        public void Dispose() => Image?.Dispose();
    }
}
