using System.Text.Json;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Inference.Tests;

public sealed class ClassificationReportTests
{
    private const double Close = 1e-9;
    private static readonly string[] Three = ["cat", "dog", "owl"];

    [Fact]
    public void Report_of_the_reference_logits_holds_every_reference_value()
    {
        var golden = JsonDocument.Parse(File.ReadAllText(Repository.Golden("metrics.json"))).RootElement;
        var report = ClassificationReport.FromLogits(["a", "b", "c", "d", "e", "f"], Logits(golden), Labels(golden));

        Assert.Equal(400, report.Count);
        Assert.Equal(golden.GetProperty("top1").GetDouble(), report.Top1, Close);
        Assert.Equal(golden.GetProperty("top5").GetDouble(), report.TopK, Close);
        Assert.Equal("top5", report.TopKName);
        Assert.Equal(golden.GetProperty("log_loss").GetDouble(), report.Loss, Close);
        Assert.Equal(golden.GetProperty("macro_f1").GetDouble(), report.MacroF1, Close);
        Assert.Equal(golden.GetProperty("balanced_accuracy").GetDouble(), report.BalancedAccuracy, Close);
        Assert.Equal(golden.GetProperty("wilson")[0].GetDouble(), report.AccuracyInterval.Low, Close);
        Assert.Equal(golden.GetProperty("wilson")[1].GetDouble(), report.AccuracyInterval.High, Close);
        for (var c = 0; c < 6; c++)
        {
            Assert.Equal(golden.GetProperty("precision")[c].GetDouble(), report.Classes[c].Precision, Close);
            Assert.Equal(golden.GetProperty("recall")[c].GetDouble(), report.Classes[c].Recall, Close);
            Assert.Equal(golden.GetProperty("f1")[c].GetDouble(), report.Classes[c].F1, Close);
            Assert.Equal(golden.GetProperty("support")[c].GetInt64(), report.Classes[c].Support);
            Assert.Equal(golden.GetProperty("confusion")[c].EnumerateArray().Select(v => v.GetInt64()), report.Confusion.Row(c).ToArray());
        }
    }

    [Fact]
    public void Report_of_the_same_probabilities_has_the_same_loss_and_ranks()
    {
        var golden = JsonDocument.Parse(File.ReadAllText(Repository.Golden("metrics.json"))).RootElement;
        var probabilities = golden.GetProperty("logits").EnumerateArray().SelectMany(row =>
        {
            var e = row.EnumerateArray().Select(v => Math.Exp(v.GetDouble())).ToArray();
            return e.Select(v => v / e.Sum());
        }).ToArray();
        var meter = new ClassificationMeter(["a", "b", "c", "d", "e", "f"]);
        meter.AddProbabilities(probabilities, Labels(golden));

        Assert.Equal(golden.GetProperty("log_loss").GetDouble(), meter.Report().Loss, Close);
        Assert.Equal(golden.GetProperty("top1").GetDouble(), meter.Report().Top1, Close);
        Assert.Equal(golden.GetProperty("top5").GetDouble(), meter.Report().TopK, Close);
    }

    [Fact]
    public void Batches_however_cut_give_the_same_bits()
    {
        var golden = JsonDocument.Parse(File.ReadAllText(Repository.Golden("metrics.json"))).RootElement;
        var (logits, labels) = (Logits(golden), Labels(golden));
        var whole = ClassificationReport.FromLogits(["a", "b", "c", "d", "e", "f"], logits, labels);
        var meter = new ClassificationMeter(["a", "b", "c", "d", "e", "f"]);
        for (var at = 0; at < 400; at += 32)
        {
            var n = Math.Min(32, 400 - at);
            meter.AddLogits(logits.AsSpan(at * 6, n * 6), labels.AsSpan(at, n));
        }

        Assert.Equal(BitConverter.DoubleToInt64Bits(whole.Loss), BitConverter.DoubleToInt64Bits(meter.Report().Loss));
        for (var label = 0; label < 6; label++) Assert.Equal(whole.Confusion.Row(label), meter.Report().Confusion.Row(label));
    }

    [Fact]
    public void Merged_meters_hold_the_sums_of_both()
    {
        var first = new ClassificationMeter(Three);
        var second = new ClassificationMeter(Three);
        first.AddLogits([1.0, 0, 0], [0]);
        second.AddLogits([1.0, 0, 0, 1.0, 0, 0], [1, 0]);
        first.Merge(second);

        Assert.Equal(3, first.Report().Count);
        Assert.Equal(2.0 / 3, first.Report().Top1, Close);
        Assert.Equal(1, first.Report().Confusion[1, 0]);
    }

    [Fact]
    public void Single_precision_is_summed_in_double()
    {
        var meter = new ClassificationMeter(Three);
        meter.AddLogits([1f, 2f, 3f], [0]);
        Assert.Equal(Math.Log(Math.Exp(1) + Math.Exp(2) + Math.Exp(3)) - 1, meter.Report().Loss, 1e-14);
    }

    [Fact]
    public void Huge_logits_neither_overflow_nor_vanish()
    {
        var report = ClassificationReport.FromLogits(Three, [1e30, 0, 0, -2000, -1000, -1000], [0, 0]);
        Assert.Equal((0 + (1000 + Math.Log(2))) / 2, report.Loss, 1e-9);
    }

    [Theory]
    [InlineData(1, "top1")]
    [InlineData(2, "top2")]
    [InlineData(3, "top3")]
    [InlineData(5, "top5")]
    [InlineData(7, "top5")]
    public void Top_k_is_named_after_its_k(int classes, string name)
    {
        var names = Enumerable.Range(0, classes).Select(c => $"c{c}").ToArray();
        Assert.Equal(name, ClassificationReport.FromLogits(names, new double[classes], [0]).TopKName);
    }

    [Fact]
    public void Equal_logits_go_to_the_lower_index()
    {
        string[] seven = ["0", "1", "2", "3", "4", "5", "6"];
        var fifth = ClassificationReport.FromLogits(seven, new double[7], [4]);
        var sixth = ClassificationReport.FromLogits(seven, new double[7], [5]);

        Assert.Equal(1, fifth.Confusion[4, 0]);
        Assert.Equal(1, fifth.TopK);
        Assert.Equal(0, sixth.TopK);
    }

    [Fact]
    public void Undefined_scores_are_zero_and_empty_classes_leave_the_means_alone()
    {
        // cat: 2 of 2 right; dog: never seen, once predicted; owl: neither seen nor predicted; fox: 1 picture, taken for a dog
        var report = ClassificationReport.FromLogits(["cat", "dog", "owl", "fox"], [9.0, 0, 0, 0, 9, 0, 0, 0, 0, 9, 0, 0], [0, 0, 3]);

        Assert.Equal((0, 0, 0, 0), (report.Classes[1].Precision, report.Classes[1].Recall, report.Classes[1].F1, report.Classes[1].Support));
        Assert.Equal((0, 0, 0), (report.Classes[2].Precision, report.Classes[2].Recall, report.Classes[2].F1));
        Assert.Equal(0, report.Classes[3].Precision);
        Assert.Equal((1 + 0 + 0) / 3.0, report.MacroF1, Close);             // owl occurs nowhere
        Assert.Equal((1 + 0) / 2.0, report.BalancedAccuracy, Close);       // neither dog nor owl has pictures
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void Logits_that_are_not_finite_name_row_and_class_and_count_nothing(double value, string shown)
    {
        var meter = new ClassificationMeter(Three);
        var error = Assert.Throws<NotFiniteOutputException>(() => meter.AddLogits([0.0, 1, 2, 3, value, 5], [0, 1]));

        Assert.Equal($"The network's answer for row 1 of the batch is not finite: class 1 (dog) got {shown}, expected a number.\n"
            + "Such weights recognise nothing: go back to an earlier checkpoint, or train with a smaller learning rate or in full precision.", error.Message);
        Assert.Equal((1, 1), (error.Row, error.Column));
        Assert.Equal(0, meter.Count);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    public void Labels_that_are_no_class_are_refused(int label)
    {
        var meter = new ClassificationMeter(Three);
        var error = Assert.Throws<ArgumentException>(() => meter.AddLogits(new double[6], [0, label]));
        Assert.StartsWith($"Label {label} in row 1 is no class: expected 0 to 2.", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, meter.Count);
    }

    [Fact]
    public void Lengths_that_disagree_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new ClassificationMeter(Three).AddLogits(new double[5], [0, 1]));
        Assert.StartsWith("Expected 2 rows of 3 values, received 5 values.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Logits_given_as_probabilities_are_refused()
    {
        var meter = new ClassificationMeter(Three);
        Assert.Contains("Row 0 is no distribution: it sums to 6", Assert.Throws<ArgumentException>(() => meter.AddProbabilities([1.0, 2, 3], [0])).Message, StringComparison.Ordinal);
        Assert.Contains("column 2 holds -1", Assert.Throws<ArgumentException>(() => meter.AddProbabilities([1f, 1f, -1f], [0])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_probability_of_zero_costs_as_much_as_in_scikit_learn()
    {
        var meter = new ClassificationMeter(Three);
        meter.AddProbabilities([0.0, 1, 0], [0]);
        Assert.Equal(36.04365338911715, meter.Report().Loss, Close);
    }

    [Fact]
    public void A_report_on_nothing_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => new ClassificationMeter(Three).Report());

    [Fact]
    public void A_report_does_not_change_when_its_meter_goes_on()
    {
        var meter = new ClassificationMeter(Three);
        meter.AddLogits([1.0, 0, 0], [0]);
        var report = meter.Report();
        meter.AddLogits([1.0, 0, 0], [1]);
        Assert.Equal(1, report.Confusion.Total);
        Assert.Equal(2, meter.Report().Confusion.Total);
    }

    private static double[] Logits(JsonElement golden) => [.. golden.GetProperty("logits").EnumerateArray().SelectMany(r => r.EnumerateArray()).Select(v => v.GetDouble())];

    private static int[] Labels(JsonElement golden) => [.. golden.GetProperty("labels").EnumerateArray().Select(v => v.GetInt32())];
}
