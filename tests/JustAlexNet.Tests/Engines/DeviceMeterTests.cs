using JustAlexNet.Inference;
using JustAlexNet.Runtime;
using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Engines.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class DeviceMeterTests
{
    private static readonly string[] Classes = ["a", "b", "c", "d", "e", "f", "g"];

    [Fact]
    public void Sums_on_the_device_are_those_over_spans()
    {
        var random = new Random(3);
        using var device = new DeviceMeter(Classes, ComputeDevice.Cpu);
        using var host = new HostMeter(Classes);
        foreach (var count in new[] { 5, 1, 32 })
        {
            float[] logits = [.. Enumerable.Range(0, count * 7).Select(_ => (float)random.Next(-3, 4))];        // many are equal: the lower index wins
            int[] labels = [.. Enumerable.Range(0, count).Select(_ => random.Next(7))];
            using var answers = Answers(logits);
            device.Add(answers, labels);
            host.Add(answers, labels);
        }
        var (here, there) = (host.Report(), device.Report());
        Assert.Equal((here.Count, here.Top1, here.TopK), (there.Count, there.Top1, there.TopK));
        Assert.InRange(here.TopK, here.Top1 + 0.01, 0.99);
        Assert.Equal(here.Loss, there.Loss, 12);
        for (var label = 0; label < 7; label++) Assert.Equal(here.Confusion.Row(label), there.Confusion.Row(label));
    }

    [Fact]
    public void Logit_that_is_no_number_is_named_in_the_report()
    {
        using var meter = new DeviceMeter(Classes, ComputeDevice.Cpu);
        var logits = new float[14];
        using (var good = Answers(logits)) meter.Add(good, [0, 1]);
        (logits[9], logits[12]) = (float.NegativeInfinity, float.NaN);
        using (var bad = Answers(logits)) meter.Add(bad, [0, 1]);
        var fault = Assert.Throws<NotFiniteOutputException>(meter.Report);
        Assert.Equal((3, 2, double.NegativeInfinity), (fault.Row, fault.Column, fault.Value));
    }

    private static TensorOutput Answers(float[] logits)
    {
        using var flat = tensor(logits);
        return new TensorOutput(flat.reshape(-1, 7), null);
    }
}
