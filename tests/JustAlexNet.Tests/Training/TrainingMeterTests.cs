using JustAlexNet.Inference;
using JustAlexNet.Runtime;
using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Training.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class TrainingMeterTests
{
    [Fact]
    public void Sums_agree_with_the_evaluation_room_on_the_reference_logits()
    {
        var golden = Reference.Json("metrics.json");
        var labels = golden.GetProperty("labels").EnumerateArray().Select(v => v.GetInt32()).ToArray();
        var rows = golden.GetProperty("logits").EnumerateArray().Select(Reference.Numbers).ToArray();
        using var meter = new TrainingMeter(5, ComputeDevice.Cpu, EpochSums.None);
        for (var start = 0; start < rows.Length; start += 64)
        {
            var count = Math.Min(64, rows.Length - start);
            using var flat = tensor(rows.Skip(start).Take(count).SelectMany(r => r).ToArray());
            using var logits = flat.reshape(count, 6);
            using var wanted = tensor(labels.Skip(start).Take(count).Select(l => (long)l).ToArray());
            using var loss = nn.functional.cross_entropy(logits, wanted);
            meter.Add(logits, wanted, loss);
        }

        var sums = meter.Read();

        Assert.Equal(400, sums.Images);
        Assert.Equal(golden.GetProperty("top1").GetDouble(), sums.MeanTop1, 12);
        Assert.Equal(golden.GetProperty("top5").GetDouble(), sums.MeanTopK, 12);
        Assert.Equal(golden.GetProperty("log_loss").GetDouble(), sums.MeanLoss, 9);
        Assert.True(meter.IsFinite());
    }

    [Fact]
    public void Equal_logits_rank_by_index_as_in_the_evaluation_room()
    {
        var classes = new[] { "a", "b", "c" };
        foreach (var label in new[] { 0, 1, 2 })
        {
            using var logits = zeros(1, 3);
            using var labels = tensor([(long)label]);
            using var loss = nn.functional.cross_entropy(logits, labels);
            using var meter = new TrainingMeter(2, ComputeDevice.Cpu, EpochSums.None);
            meter.Add(logits, labels, loss);
            var report = ClassificationReport.FromLogits(classes, new float[3], [label]);

            Assert.Equal(report.Top1, meter.Read().MeanTop1);
            Assert.Equal(label < 2 ? 1 : 0, meter.Read().TopK);
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_loss_that_is_not_finite_is_remembered(double bad)
    {
        using var meter = new TrainingMeter(1, ComputeDevice.Cpu, EpochSums.None);
        using var logits = zeros(1, 2);
        using var labels = tensor([0L]);
        foreach (var value in new[] { 1.0, bad, 1.0 })
        {
            using var loss = tensor(value);
            meter.Add(logits, labels, loss);
        }
        Assert.False(meter.IsFinite());
    }

    [Fact]
    public void Sums_go_on_from_those_of_a_checkpoint()
    {
        using var meter = new TrainingMeter(1, ComputeDevice.Cpu, new EpochSums(10, 2.5, 3, 4));
        Assert.Equal(new EpochSums(10, 2.5, 3, 4), meter.Read());
    }
}
