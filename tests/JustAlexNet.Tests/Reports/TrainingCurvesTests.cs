using JustAlexNet.TestSupport;

namespace JustAlexNet.Reports.Tests;

public sealed class TrainingCurvesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20)]
    [InlineData(300)]
    public void Any_number_of_epochs_gives_a_picture_with_both_curves_and_nothing_cut_off(int epochs)
    {
        using var picture = new Picture(TrainingCurves.Draw(Points(epochs)));
        Assert.Equal((1600, 760), (picture.Width, picture.Height));
        Assert.True(picture.HasWhiteRim());
        foreach (var (left, right) in new[] { (90, 790), (880, 1580) })
        {
            Assert.True(Count(picture, left, right, blue: true) > 50, "no training curve");
            Assert.True(Count(picture, left, right, blue: false) > 50, "no validation curve");
        }
    }

    [Fact]
    public void One_bad_first_epoch_does_not_press_the_others_flat()
    {
        var points = Points(20).Select(p => p.Epoch == 1 ? p with { TrainLoss = 90, ValLoss = 60 } : p).ToList();
        var said = new TrainingCurvesTexts { AxisCut = "" };
        using var picture = new Picture(TrainingCurves.Draw(points));
        var rows = Enumerable.Range(260, 380).Where(y => Enumerable.Range(200, 500).Any(x => picture.At(x, y) is { Red: > 200, Blue: < 20 })).ToList();
        Assert.True(rows[^1] - rows[0] > 50, $"the validation curve of later epochs is {rows[^1] - rows[0]} pixels high");
        Assert.NotEqual(TrainingCurves.Draw(points), TrainingCurves.Draw(points, texts: said));
        Assert.Equal(TrainingCurves.Draw(Points(20)), TrainingCurves.Draw(Points(20), texts: said));       // where nothing is cut, nothing is said
    }

    [Theory]
    [InlineData(new[] { 9.8, 1.5, 1.4, 1.3, 1.2, 1.1, 1.0 }, 1.5)]
    [InlineData(new[] { 1e36, 1.5, 1.4, 1.3 }, 1.5)]
    [InlineData(new[] { 2.3, 1.5, 1.4, 1.3, 1.2, 1.1, 1.0 }, double.PositiveInfinity)]
    [InlineData(new[] { 9.8, 6.2, 1.5, 1.4, 1.3, 1.2, 1.1 }, double.PositiveInfinity)]       // two bad epochs of seven are the curve
    [InlineData(new[] { 1.5, 1.4, 1.3, 1.2, 9.8, 1.1, 1.0 }, double.PositiveInfinity)]       // what goes wrong later is to be seen
    [InlineData(new[] { 2.0, 3e5, 1e10, 1e20, 1e30, 1e36, 3.2e35 }, double.PositiveInfinity)]
    [InlineData(new[] { 9.8, 1.0 }, double.PositiveInfinity)]
    [InlineData(new[] { 9.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0 }, double.PositiveInfinity)]
    public void Axis_is_cut_below_early_epochs_far_above_all_later_ones(double[] losses, double cut) => Assert.Equal(cut, AxisCut.Of([.. losses.Select(loss => new[] { loss })], keep: double.NaN));

    [Fact]
    public void Early_epochs_are_a_tenth_of_them_and_not_finite_values_count_for_nothing()
    {
        double[][] epochs = [[9, 8], [7, double.NaN], .. Enumerable.Range(0, 18).Select(i => new[] { 1.5 - (i * 0.01), 1.4 })];
        Assert.Equal(1.5, AxisCut.Of(epochs, keep: double.NaN));
        Assert.Equal(double.PositiveInfinity, AxisCut.Of([[9, 8], [7, 7], [6, 6], .. epochs[3..]], keep: double.NaN));
    }

    [Fact]
    public void Axis_is_not_cut_below_the_best_epoch() => Assert.Equal(double.PositiveInfinity, AxisCut.Of([[9.8], [1.5], [1.4], [1.3], [1.2], [1.1], [1.0]], keep: 9.8));

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    public void Text_of_the_cut_axis_covers_no_mark(int epochs)
    {
        // A flat validation curve puts its marks right below the band of the text.
        EpochPoint[] points = [.. Enumerable.Range(1, epochs).Select(e => new EpochPoint(e, e == 1 ? 9e35 : 1.0 / e, 0.5, e == 1 ? 1e36 : 2.0, 0.5))];
        using var with = new Picture(TrainingCurves.Draw(points));
        using var without = new Picture(TrainingCurves.Draw(points, texts: new() { AxisCut = " " }));
        Assert.True(Enumerable.Range(190, 80).Sum(y => Enumerable.Range(300, 490).Count(x => with.At(x, y) != without.At(x, y))) > 300, "the axis is cut and no text says so");
        Assert.Equal(Marks(without), Marks(with));

        // The curves' own colours where they are more than a line: rows of 8 pixels.
        static int Marks(Picture picture) => Enumerable.Range(190, 460).Sum(y => Enumerable.Range(60, 720).Count(x => Enumerable.Range(0, 8).All(i => picture.At(x + i, y) is { Red: < 20, Blue: > 160 } or { Red: > 200, Blue: < 20 })));
    }

    [Theory]
    [InlineData(0.0, 1.0)]
    [InlineData(1.0, 0.0)]
    public void Ring_of_the_best_epoch_is_whole_at_both_ends_of_an_axis(double loss, double top1)
    {
        EpochPoint[] points = [new(1, 2, .2, 2, .2), new(2, 1, .5, loss, top1)];
        using var picture = new Picture(TrainingCurves.Draw(points, bestEpoch: 2));
        Assert.InRange(RingHeight(picture, 60, 790), 22, 28);
        Assert.InRange(RingHeight(picture, 860, 1590), 22, 28);

        // The ring's column of dark pixels farthest apart: right of the axis numbers, in the text's colour, beside the orange square in its middle.
        static int RingHeight(Picture picture, int left, int right)
        {
            var square = (from y in Enumerable.Range(190, 500) from x in Enumerable.Range(left, right - left) where Enumerable.Range(0, 10).All(i => picture.At(x + i, y) is { Red: > 200, Blue: < 20 }) select (X: x, Y: y)).ToList();
            var last = square.MaxBy(at => at.X);
            var near = Enumerable.Range(last.Y - 30, 60).Where(y => y < picture.Height && Enumerable.Range(last.X - 10, 30).Any(x => picture.At(x, y) is { Red: < 0x40, Green: < 0x48, Blue: < 0x50 })).ToList();
            return near[^1] - near[0] + 1;
        }
    }

    [Fact]
    public void Losses_of_1e36_leave_numbers_that_are_read()
    {
        EpochPoint[] points = [new(1, 2.3, .1, 2.2, .1), new(2, 1e20, .1, 1e30, .1), new(3, 3.2e35, .1, 1e36, .1)];
        using var picture = new Picture(TrainingCurves.Draw(points));
        Assert.True(picture.HasWhiteRim());
        Assert.True(Count(picture, 90, 790, blue: true) > 50);
        Assert.Equal(0, picture.Dark(0, 190, 24, 640));       // axis numbers of 37 digits would reach the rim
    }

    [Fact]
    public void Equal_input_gives_equal_bytes_and_other_input_others()
    {
        Assert.Equal(TrainingCurves.Draw(Points(20)), TrainingCurves.Draw(Points(20)));
        Assert.NotEqual(TrainingCurves.Draw(Points(20)), TrainingCurves.Draw(Points(19)));
        Assert.NotEqual(TrainingCurves.Draw(Points(20)), TrainingCurves.Draw(Points(20), bestEpoch: 3));
    }

    [Fact]
    public void File_holds_pixels_only_and_nothing_is_left_beside_it()
    {
        using var scratch = new Scratch();
        var path = scratch.At("training_metrics.png");
        File.WriteAllText(path, "an older picture");
        TrainingCurves.Save(Points(3), path);
        Assert.Equal(TrainingCurves.Draw(Points(3)), File.ReadAllBytes(path));
        Assert.DoesNotContain(Picture.Chunks(File.ReadAllBytes(path)), c => c is "tEXt" or "zTXt" or "iTXt" or "tIME" or "eXIf");
        Assert.Equal([path], Directory.GetFiles(scratch.Folder));
    }

    [Fact]
    public void Title_and_axis_texts_are_really_drawn()
    {
        var silent = new TrainingCurvesTexts { Title = "", Best = "", EpochAxis = "", Loss = "", Accuracy = "", Training = "", Validation = "", BestEpoch = "" };
        using var without = new Picture(TrainingCurves.Draw(Points(3), texts: silent));
        using var with = new Picture(TrainingCurves.Draw(Points(3)));
        using var chinese = new Picture(TrainingCurves.Draw(Points(3), texts: silent with { Title = "训练" }));
        Assert.Equal(0, without.Dark(0, 0, 800, 70));
        Assert.True(with.Dark(0, 0, 800, 70) > 300);
        Assert.True(chinese.Dark(0, 0, 800, 70) > 300);
        Assert.True(with.Dark(0, 135, 800, 185) > without.Dark(0, 135, 800, 185) + 200, "no panel title");
        Assert.True(with.Dark(0, 710, 1600, 760) > 200, "no axis text");
    }

    [Fact]
    public void Best_epoch_is_the_highest_accuracy_then_the_lower_loss_then_the_earlier()
    {
        EpochPoint[] points = [new(1, 2, .2, 1.9, .3), new(2, 1, .4, 1.5, .6), new(3, .9, .5, 1.4, .6), new(4, .8, .6, 1.4, .6), new(5, .7, .7, 1.0, .5)];
        Assert.Equal(TrainingCurves.Draw(points, bestEpoch: 3), TrainingCurves.Draw(points));
    }

    [Fact]
    public void Values_that_were_not_measured_are_left_out()
    {
        EpochPoint[] points = [new(4, 2, .2, double.NaN, double.NaN), new(5, double.PositiveInfinity, .4, double.NaN, double.NaN), new(9, 1, .5, double.NaN, double.NaN)];
        using var picture = new Picture(TrainingCurves.Draw(points));
        Assert.True(Count(picture, 90, 790, blue: true) > 50);
        Assert.Equal(0, Count(picture, 0, 1600, blue: false));
    }

    [Fact]
    public void Wrong_points_are_refused()
    {
        Assert.StartsWith("Curves need at least one epoch.", Message([]), StringComparison.Ordinal);
        Assert.StartsWith("Epochs must rise; 1 comes after 1.", Message([new(1, 1, .5, 1, .5), new(1, 1, .5, 1, .5)]), StringComparison.Ordinal);
        Assert.StartsWith("Epoch 1 has an accuracy of 50, expected 0 to 1.", Message([new(1, 1, .5, 1, 50)]), StringComparison.Ordinal);
        Assert.StartsWith("The best epoch, 7, is none of the points.", Message([new(1, 1, .5, 1, .5)], best: 7), StringComparison.Ordinal);
    }

    private static string Message(EpochPoint[] points, int? best = null) => Assert.Throws<ArgumentException>(() => TrainingCurves.Draw(points, best)).Message;

    // Pixels of a curve's own colour below the heading: #0072B2 or #D55E00.
    private static int Count(Picture picture, int left, int right, bool blue)
    {
        var count = 0;
        for (var y = 190; y < 660; y++)
            for (var x = left; x < right; x++)
            {
                var c = picture.At(x, y);
                if (blue ? c is { Red: < 20, Blue: > 160 } : c is { Red: > 200, Blue: < 20 }) count++;
            }
        return count;
    }

    private static EpochPoint[] Points(int epochs) =>
        [.. Enumerable.Range(1, epochs).Select(e => new EpochPoint(e, 2.0 / e, 1 - (0.8 / e), 0.6 + (1.2 / e), 0.7 - (0.4 / e)))];
}
