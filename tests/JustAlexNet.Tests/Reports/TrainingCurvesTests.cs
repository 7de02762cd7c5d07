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
    [InlineData(new[] { 9.8, 6.2, 1.5, 1.4, 1.3, 1.2, 1.1 }, 1.5)]
    [InlineData(new[] { 2.3, 1.5, 1.4, 1.3, 1.2, 1.1, 1.0 }, double.PositiveInfinity)]
    [InlineData(new[] { 9.8, 9.1, 8.8, 1.3, 1.2, 1.1, 1.0 }, double.PositiveInfinity)]
    [InlineData(new[] { 9.8, 1.0, 1.1, 1.2 }, double.PositiveInfinity)]
    [InlineData(new[] { 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 9.0 }, double.PositiveInfinity)]
    public void Axis_is_cut_above_the_values_that_belong_together(double[] losses, double cut) => Assert.Equal(cut, AxisCut.Of(losses, keep: double.NaN));

    [Fact]
    public void Axis_is_not_cut_below_the_best_epoch() => Assert.Equal(double.PositiveInfinity, AxisCut.Of([9.8, 1.5, 1.4, 1.3, 1.2, 1.1, 1.0], keep: 9.8));

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
