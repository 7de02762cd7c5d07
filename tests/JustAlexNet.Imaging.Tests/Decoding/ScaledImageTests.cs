using JustAlexNet.TestSupport;

namespace JustAlexNet.Imaging.Tests;

/// <summary>JPEG files decoded at a part of their size: how much smaller, where the pixels lie, and that nothing else changes.</summary>
public sealed class ScaledImageTests
{
    private const string Turbo = "libjpeg-turbo", Skia = "SkiaSharp";

    public static TheoryData<string, string> Files()
    {
        var data = new TheoryData<string, string>();
        foreach (var path in Directory.GetFiles(Repository.Golden("decode"), "*.jpg").Order(StringComparer.Ordinal))
            foreach (var decoder in new[] { Turbo, Skia }) data.Add(Path.GetFileName(path), decoder);
        return data;
    }

    [Theory]
    [InlineData(896, 896, 2), InlineData(895, 896, 1), InlineData(896, 895, 1)]             // exactly twice, and a pixel less
    [InlineData(1792, 1792, 4), InlineData(1791, 4000, 2), InlineData(3584, 3584, 8), InlineData(3583, 3584, 4)]
    [InlineData(1000, 8000, 2), InlineData(40_000, 500, 1), InlineData(65_500, 65_500, 8)]  // the smaller side decides, and 1/8 is the least there is
    [InlineData(1, 1, 1), InlineData(224, 224, 1)]
    public void Reduction_leaves_twice_the_pixels_wanted_in_both_directions(int columns, int rows, int expected) => Assert.Equal(expected, PhotoFrame.ReductionFor(columns, rows, 224, 224));

    [Fact]
    public void Reduction_looks_at_each_direction_by_what_is_wanted_of_it()
    {
        Assert.Equal(4, PhotoFrame.ReductionFor(800, 1600, 100, 200));
        Assert.Equal(2, PhotoFrame.ReductionFor(1600, 800, 100, 200));
    }

    [Theory, InlineData(Turbo), InlineData(Skia)]
    public void Photo_decoded_smaller_and_resized_is_close_to_the_whole_one_resized(string decoder)
    {
        var differences = new List<double>();
        foreach (var path in Directory.GetFiles(Repository.At("samples", "clothing-mini", "train"), "*.jpg", SearchOption.AllDirectories))
            foreach (var (reduction, side) in new[] { (2, 36), (4, 18), (8, 9) })
            {
                var file = File.ReadAllBytes(path);
                using var whole = Decode(decoder, file, path, 1);
                using var reduced = Decode(decoder, file, path, reduction);
                Assert.Equal((1, whole.Width, whole.Height), (whole.Frame.Reduction, reduced.Width, reduced.Height));
                Assert.Equal((PhotoFrame.Reduced(whole.Width, reduction), PhotoFrame.Reduced(whole.Height, reduction)), (reduced.Pixels.Width, reduced.Pixels.Height));
                var (expected, actual) = (Whole(whole, side, side), Whole(reduced, side, side));
                differences.Add(MeanDifference(expected, actual));
            }
        Assert.InRange(differences.Min(), 1e-9, 0.5);
        Assert.InRange(differences.Average(), 0, 1);
        Assert.InRange(differences.Max(), 0, 4);
    }

    [Fact]
    public void Both_decoders_give_the_same_reduced_pixels()
    {
        foreach (var path in Directory.GetFiles(Repository.At("samples", "clothing-mini", "train"), "*.jpg", SearchOption.AllDirectories).Concat(Directory.GetFiles(Repository.Golden("decode"), "*.jpg")))
            foreach (var reduction in new[] { 2, 4, 8 })
            {
                var file = File.ReadAllBytes(path);
                using var turbo = Decode(Turbo, file, path, reduction);
                using var skia = Decode(Skia, file, path, reduction);
                Assert.Equal(skia.Frame, turbo.Frame);
                Assert.True(turbo.Pixels.Pixels.SequenceEqual(skia.Pixels.Pixels), $"{path} at 1/{reduction}: mean difference {MeanDifference(turbo.Pixels.Pixels.ToArray(), skia.Pixels.Pixels.ToArray())}");
            }
    }

    [Theory, MemberData(nameof(Files))]
    public void Grey_cmyk_progressive_and_turned_files_are_close_to_the_whole_ones(string name, string decoder)
    {
        var file = File.ReadAllBytes(Repository.Golden("decode", name));
        using var whole = Decode(decoder, file, name, 1);
        using var reduced = Decode(decoder, file, name, 2);
        Assert.Equal((whole.Width, whole.Height, 2), (reduced.Width, reduced.Height, reduced.Frame.Reduction));
        Assert.InRange(MeanDifference(Whole(whole, whole.Width / 4, whole.Height / 4), Whole(reduced, whole.Width / 4, whole.Height / 4)), 0, 3);
    }

    [Theory]
    [InlineData(2, true), InlineData(3, true), InlineData(4, true), InlineData(5, false), InlineData(6, true), InlineData(7, true), InlineData(8, true)]
    public void Incomplete_squares_stand_at_the_edge_where_the_file_ends(int orientation, bool isMirrored)
    {
        // 60 x 44 pixels are 7.5 x 5.5 squares of eight.
        using var upright = Decode(Skia, File.ReadAllBytes(Repository.Golden("decode", "exif-1.jpg")), "1", 8);
        using var turned = Decode(Skia, File.ReadAllBytes(Repository.Golden("decode", $"exif-{orientation}.jpg")), "turned", 8);
        var (width, height) = orientation >= 5 ? (2, 3) : (3, 2);
        Assert.Equal(orientation >= 5 ? (44, 60) : (60, 44), (turned.Width, turned.Height));
        var straight = Whole(upright, 3, 2);
        Assert.InRange(Furthest(Whole(turned, width, height)), 0, 1);
        var misplaced = new ScaledImage(turned.Pixels, turned.Frame with { FromRight = false, FromBottom = false });
        Assert.Equal(isMirrored, Furthest(Whole(misplaced, width, height)) > 1);

        int Furthest(byte[] pixels)
        {
            var furthest = 0;
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                {
                    var (fromX, fromY) = OrientationTests.Stored(orientation, x, y, 3, 2);
                    for (var c = 0; c < 3; c++) furthest = Math.Max(furthest, Math.Abs(pixels[(y * width + x) * 3 + c] - straight[(fromY * 3 + fromX) * 3 + c]));
                }
            return furthest;
        }
    }

    [Fact]
    public void Part_of_the_whole_has_its_place_among_the_squares()
    {
        var frame = new PhotoFrame(45, 30, 4, FromRight: true);
        Assert.Equal((12, 8), (frame.Columns, frame.Rows));
        Assert.Equal((1.75, 3.75), frame.ColumnsOf(new(4, 0, 8, 10)));
        Assert.Equal((0.75, 12.0), frame.ColumnsOf(new(0, 0, 45, 30)));
        Assert.Equal((0.5, 7.5), frame.RowsOf(new(0, 2, 45, 28)));
    }

    [Fact]
    public void Edges_that_cut_through_pixels_weigh_by_distance()
    {
        using var row = new RgbImage(23, 1);
        new Random(3).NextBytes(row.Pixels);
        var result = new byte[5 * 3];
        var (begin, end) = (2.375, 19.25);
        Resizer.Resize(row, (begin, end), (0, 1), result, 5, 1, Interpolation.Bilinear, flip: false);
        var scale = (end - begin) / 5;
        for (var i = 0; i < 5; i++)
            for (var c = 0; c < 3; c++)
            {
                double sum = 0, weights = 0;
                for (var x = 2; x < 20; x++)
                {
                    var weight = Math.Max(0, 1 - Math.Abs(x + 0.5 - (begin + (i + 0.5) * scale)) / scale);
                    (sum, weights) = (sum + weight * row.Pixels[x * 3 + c], weights + weight);
                }
                Assert.InRange(result[i * 3 + c], sum / weights - 0.51, sum / weights + 0.51);
            }
        Assert.Throws<ArgumentException>(() => Resizer.Resize(row, (begin, 23.5), (0, 1), result, 5, 1, Interpolation.Bilinear, flip: false));
    }

    [Theory, InlineData("rgb.png"), InlineData("lossy.webp"), InlineData("rgb.bmp"), InlineData("palette.gif")]
    public void Other_kinds_come_whole(string name)
    {
        using var photo = Decode(Skia, File.ReadAllBytes(Repository.Golden("decode", name)), name, 4);
        Assert.Equal((new PhotoFrame(60, 44), 60, 44), (photo.Frame, photo.Pixels.Width, photo.Pixels.Height));
    }

    [Theory, MemberData(nameof(Files))]
    public void Damaged_file_is_refused_in_the_same_words_as_at_full_size(string name, string decoder)
    {
        var whole = File.ReadAllBytes(Repository.Golden("decode", name));
        var refused = 0;
        for (var length = 0; length < whole.Length; length += 29)
        {
            var expected = Refusal(decoder, whole.AsSpan(0, length), name, 1);
            Assert.Equal(expected, Refusal(decoder, whole.AsSpan(0, length), name, 4));
            if (expected is not null) refused++;
        }
        Assert.True(refused > 10);
    }

    private static string? Refusal(string decoder, ReadOnlySpan<byte> file, string name, int reduction)
    {
        try
        {
            Decode(decoder, file, name, reduction).Dispose();
            return null;
        }
        catch (ImageException refusal)
        {
            return refusal.Message;
        }
    }

    private static ScaledImage Decode(string decoder, ReadOnlySpan<byte> file, string name, int reduction) =>
        ImageDecoder.DecodeScaled(decoder == Turbo ? OptionalTurbo.OrSkip() : OptionalTurbo.Skia, file, name, new() { Reduction = reduction });

    private static byte[] Whole(ScaledImage photo, int width, int height)
    {
        var pixels = new byte[width * height * 3];
        photo.Resize(new(0, 0, photo.Width, photo.Height), pixels, width, height);
        return pixels;
    }

    private static double MeanDifference(byte[] one, byte[] other) => one.Zip(other).Average(pair => Math.Abs(pair.First - pair.Second));
}
