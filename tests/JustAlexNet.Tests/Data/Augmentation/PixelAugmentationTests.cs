using System.Text.Json;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Data.Tests;

public sealed class PixelAugmentationTests
{
    private const int Draws = 20_000, Side = 48;

    public static TheoryData<PixelAugmentation> Sometimes => [new RandomGrey { Probability = 0.3 }, new RandomBlur { Probability = 0.3 }, new RandomErasing { Probability = 0.3 }];

    public static TheoryData<PixelAugmentation> All => [new ColourJitter { Hue = 0.1 }, new RandomGrey { Probability = 1 }, new RandomBlur { Probability = 1 }, new RandomRotation(), new RandAugment(), new TrivialAugment(), new AutoAugment(), new RandomErasing { Probability = 1 }];

    [Theory, MemberData(nameof(Sometimes))]
    public void Augmentation_of_a_share_of_the_photos_changes_that_share(PixelAugmentation augmentation)
    {
        const int photos = 2000;
        var changed = Enumerable.Range(0, photos).Count(index => !Augmented(augmentation, index).AsSpan().SequenceEqual(Noise()));
        Assert.Equal(0.3 * photos, changed, 4 * Math.Sqrt(0.21 * photos));
    }

    [Theory, MemberData(nameof(All))]
    public void Augmentation_is_a_function_of_the_stream(PixelAugmentation augmentation)
    {
        Assert.Equal(Augmented(augmentation, 3), Augmented(augmentation, 3));
        Assert.True(Enumerable.Range(0, 20).Select(index => Convert.ToHexString(Augmented(augmentation, index))).Distinct().Count() > 1 || augmentation is RandomGrey);
    }

    [Theory, MemberData(nameof(All))]
    public void Augmentation_takes_a_picture_of_one_pixel(PixelAugmentation augmentation)
    {
        for (var index = 0; index < 100; index++)
        {
            byte[] pixels = [10, 200, 30, 99];
            augmentation.Apply(new(pixels.AsSpan(0, 3), 1, 1, ChannelValues.ImageNetMean), new(0, 0, index));
            Assert.Equal(99, pixels[3]);
        }
    }

    [Fact]
    public void Jitter_draws_factors_as_torchvision_does()
    {
        var golden = Golden("jitter");
        var jitter = new ColourJitter { Brightness = 0.4, Contrast = 0.4, Saturation = 0.8, Hue = 0.1 };
        var drawn = Enumerable.Range(0, Draws).Select(index => jitter.Draw(new(0, 0, index))).ToList();
        double[][] columns = [[.. drawn.Select(d => d.Brightness)], [.. drawn.Select(d => d.Contrast)], [.. drawn.Select(d => d.Saturation)], [.. drawn.Select(d => d.Hue)]];
        for (var i = 0; i < columns.Length; i++)
        {
            var spread = Spread(columns[i]);
            Assert.Equal(golden.GetProperty("mean")[i].GetDouble(), columns[i].Average(), 3 * Math.Sqrt(2.0 / Draws) * spread);
            Assert.Equal(golden.GetProperty("std")[i].GetDouble(), spread, 3 * Math.Sqrt(2.0 / Draws) * spread);
            Assert.Equal(golden.GetProperty("least")[i].GetDouble(), columns[i].Min(), spread / 100);
            Assert.Equal(golden.GetProperty("most")[i].GetDouble(), columns[i].Max(), spread / 100);
        }
    }

    [Fact]
    public void Jitter_of_nothing_changes_nothing() => Assert.Equal(Noise(), Augmented(new ColourJitter { Brightness = 0, Contrast = 0, Saturation = 0 }, 0));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Erasing_draws_rectangles_as_torchvision_does(int row)
    {
        var golden = Golden("erasing")[row];
        double Expected(string name) => golden.GetProperty(name).GetDouble();
        var side = (int)Expected("size");
        var boxes = Enumerable.Range(0, Draws).Select(index => new RandomErasing().Draw(side, side, new(0, 0, index))!.Value).ToList();
        var area = boxes.Select(box => (double)box.Width * box.Height / (side * side)).ToArray();
        var ratio = boxes.Select(box => Math.Log((double)box.Width / box.Height)).ToArray();
        var error = 3 * Math.Sqrt(2.0 / Draws);
        Assert.Equal(Expected("area_mean"), area.Average(), error * Spread(area));
        Assert.Equal(Expected("area_std"), Spread(area), error * Spread(area));
        Assert.Equal(Expected("log_ratio_mean"), ratio.Average(), error * Spread(ratio));
        Assert.Equal(Expected("log_ratio_std"), Spread(ratio), error * Spread(ratio));
        Assert.Equal(Expected("top_mean"), boxes.Average(box => (double)box.Top / side), error * 0.3);
        Assert.Equal(Expected("left_mean"), boxes.Average(box => (double)box.Left / side), error * 0.3);
    }

    [Fact]
    public void Erased_pixels_have_the_mean_colour_and_no_others_change()
    {
        var before = Noise();
        var after = before.ToArray();
        new RandomErasing { Probability = 1 }.Apply(new(after, Side, Side, new(0.5, 0.25, 1)), new(0, 0, 1));
        var erased = Enumerable.Range(0, Side * Side).Where(i => !after.AsSpan(3 * i, 3).SequenceEqual(before.AsSpan(3 * i, 3))).ToList();
        Assert.InRange(erased.Count, 0.015 * Side * Side, 0.35 * Side * Side);
        Assert.All(erased, i => Assert.Equal([128, 64, 255], after[(3 * i)..(3 * i + 3)]));
        Assert.Equal(erased.Count, (erased.Select(i => i % Side).Distinct().Count()) * erased.Select(i => i / Side).Distinct().Count());      // a rectangle
    }

    [Fact]
    public void Rotation_stays_within_its_degrees_and_goes_both_ways()
    {
        // A lit column through the middle of the upper edge moves by as much as the angle says.
        var places = Enumerable.Range(0, 400).Select(index =>
        {
            var pixels = new byte[101 * 101 * 3];
            for (var y = 0; y < 101; y++) pixels.AsSpan((y * 101 + 50) * 3, 3).Fill(255);
            new RandomRotation { Degrees = 20 }.Apply(new(pixels, 101, 101, default), new(0, 0, index));
            return Array.FindIndex(pixels, 10 * 101 * 3, value => value > 0) / 3 % 101 - 50;
        }).ToList();
        Assert.Equal(-15, places.Min(), 2.0);      // 40 tan 20 degrees
        Assert.Equal(15, places.Max(), 2.0);
    }

    private static byte[] Noise()
    {
        var pixels = new byte[Side * Side * 3];
        new Random(1).NextBytes(pixels);
        return pixels;
    }

    private static byte[] Augmented(PixelAugmentation augmentation, int index)
    {
        var pixels = Noise();
        augmentation.Apply(new(pixels, Side, Side, ChannelValues.ImageNetMean), new SampleRandom(0, 0, index));
        return pixels;
    }

    private static double Spread(double[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }

    private static JsonElement Golden(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.Golden("augmentation", "policies.json")));
        return json.RootElement.GetProperty(name).Clone();
    }
}
