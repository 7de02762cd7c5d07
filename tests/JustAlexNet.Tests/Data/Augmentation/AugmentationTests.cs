using System.Text.Json;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Data.Tests;

public sealed class AugmentationTests
{
    private const int Draws = 20_000;

    [Fact]
    public void Basic_takes_the_whole_picture_and_mirrors_half_of_them()
    {
        var crops = Drawn(Augmentation.Basic, 400, 300);
        Assert.All(crops, crop => Assert.Equal(new PixelBox(0, 0, 400, 300), crop.Box));
        Assert.Equal(Draws / 2, crops.Count(crop => crop.Flip), 3 * Math.Sqrt(Draws / 4.0));
    }

    [Fact]
    public void Standard_mirrors_half_of_them_whatever_the_box()
    {
        var crops = Drawn(Augmentation.Standard, 400, 300);
        Assert.Equal(Draws / 2, crops.Count(crop => crop.Flip), 3 * Math.Sqrt(Draws / 4.0));
        var left = crops.Where(crop => crop.Flip).Average(crop => crop.Box.Left) - crops.Where(crop => !crop.Flip).Average(crop => crop.Box.Left);
        Assert.Equal(0, left, 3 * Spread(crops.Select(crop => (double)crop.Box.Left)) * 2 / Math.Sqrt(Draws));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Standard_draws_boxes_as_torchvision_does(int row)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Repository.Golden("augmentation.json")));
        var expected = golden.RootElement.GetProperty("sizes")[row];
        double Expected(string name) => expected.GetProperty(name).GetDouble();
        var (width, height) = ((int)Expected("width"), (int)Expected("height"));
        var boxes = Drawn(Augmentation.Standard, width, height).Select(crop => crop.Box).ToArray();
        Assert.All(boxes, box => Assert.True(box.Left >= 0 && box.Top >= 0 && box.Left + box.Width <= width && box.Top + box.Height <= height, $"{box}"));

        // Both sides are samples of 20,000: the standard error of their difference is the square root of two larger than that of one.
        var error = Math.Sqrt(2.0 / Draws);
        var rare = 3.0 / Draws;   // 1000 x 60 is all fallback but for a draw or two in 20,000, whose moments follow no bell curve
        var area = boxes.Select(box => (double)box.Width * box.Height / (width * height)).ToArray();
        var ratio = boxes.Select(box => Math.Log((double)box.Width / box.Height)).ToArray();
        Close("area_mean", area.Average(), 3 * error * Spread(area));
        Close("area_std", Spread(area), 3 * error * Spread(area) / Math.Sqrt(2));
        Close("log_ratio_mean", ratio.Average(), 3 * error * Spread(ratio));
        Close("log_ratio_std", Spread(ratio), 3 * error * Spread(ratio) / Math.Sqrt(2));
        CloseMean("top_mean", boxes.Select(box => (double)box.Top / height));
        CloseMean("left_mean", boxes.Select(box => (double)box.Left / width));
        CloseMean("whole_width_share", boxes.Select(box => box.Width == width ? 1.0 : 0.0));

        void CloseMean(string name, IEnumerable<double> values) => Close(name, values.Average(), 3 * error * Spread(values));
        void Close(string name, double ours, double tolerance) =>
            Assert.True(Math.Abs(ours - Expected(name)) <= Math.Max(tolerance, rare), $"{name}: {ours}, expected {Expected(name)} +- {tolerance}");
    }

    [Theory]
    [InlineData(1000, 60, 460, 0, 80, 60)]
    [InlineData(60, 1000, 0, 460, 60, 80)]
    [InlineData(1, 1000, 0, 499, 1, 1)]
    public void Picture_too_long_for_any_box_gives_its_middle(int width, int height, int left, int top, int boxWidth, int boxHeight)
    {
        var boxes = Drawn(Augmentation.Standard, width, height).CountBy(crop => crop.Box).MaxBy(entry => entry.Value);
        Assert.Equal(new PixelBox(left, top, boxWidth, boxHeight), boxes.Key);
        Assert.True(boxes.Value > Draws * 0.99);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.9)]
    public void Share_of_mirrored_pictures_and_least_area_can_be_chosen(double share)
    {
        var crops = Drawn(Augmentation.Standard with { Flip = new() { Probability = share }, Crop = new() { MinScale = 0.6 } }, 400, 300);
        Assert.Equal(Draws * share, crops.Count(crop => crop.Flip), 4 * Math.Sqrt(Draws * share * (1 - share)));
        Assert.Equal(0.6, crops.Min(crop => (double)crop.Box.Width * crop.Box.Height / (400 * 300)), 0.01);
    }

    [Fact]
    public void Pixels_are_changed_after_resizing_and_mirroring_in_the_order_of_the_list()
    {
        using var image = new RgbImage(9, 7);
        new Random(3).NextBytes(image.Pixels);
        var augmentation = Augmentation.Standard with { Pixels = [new RandomGrey { Probability = 1 }, new RandomErasing { Probability = 1 }] };
        var (all, byHand) = (new byte[8 * 8 * 3 + 2], new byte[8 * 8 * 3 + 2]);
        augmentation.Apply(image, new SampleRandom(0, 0, 5), all, 8);

        var random = new SampleRandom(0, 0, 5);
        var crop = augmentation.Draw(9, 7, random);
        Resizer.Resize(image, crop.Box, byHand, 8, 8, Interpolation.Bilinear, crop.Flip);
        foreach (var step in augmentation.Pixels) step.Apply(new(byHand.AsSpan(0, 8 * 8 * 3), 8, 8, ChannelValues.ImageNetMean), random);
        Assert.Equal(byHand, all);
        Assert.Contains(all.Chunk(3).SkipLast(1), pixel => pixel is [124, 116, 104]);      // erased last: not grey
    }

    [Fact]
    public void Smallest_picture_is_taken_whole() =>
        Assert.All(Drawn(Augmentation.Standard, 1, 1), crop => Assert.Equal(new PixelBox(0, 0, 1, 1), crop.Box));

    [Fact]
    public void Evaluation_belongs_to_the_augmentation()
    {
        Assert.Equal(Preprocessing.Squash(224), Augmentation.Basic.Evaluation(224));
        Assert.Equal(Preprocessing.ImageNet(224), Augmentation.Standard.Evaluation(224));
        Assert.Equal(new ShorterSideCrop(256, 224), Augmentation.Standard.Evaluation(224).Geometry);
        Assert.False((Augmentation.Basic with { HonourExifOrientation = false }).Evaluation(64).HonourExifOrientation);
    }

    [Fact]
    public void Names_are_those_of_the_command_line() =>
        Assert.Equal(["basic", "standard"], [Augmentation.Basic.Name, Augmentation.Standard.Name]);

    private static Crop[] Drawn(Augmentation augmentation, int width, int height) =>
        [.. Enumerable.Range(0, Draws).Select(index => augmentation.Draw(width, height, new SampleRandom(0, 0, index)))];

    private static double Spread(IEnumerable<double> values)
    {
        var list = values.ToArray();
        var mean = list.Average();
        return Math.Sqrt(list.Average(value => (value - mean) * (value - mean)));
    }
}
