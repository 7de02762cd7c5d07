using JustAlexNet.Runtime;
using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Training.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class TrainingLossTests
{
    [Fact]
    public void Values_and_gradients_are_those_of_Debians_PyTorch()
    {
        var golden = Reference.Json("training-parts.json").GetProperty("losses");
        var weights = Reference.Numbers(golden.GetProperty("weights"));
        var rows = golden.GetProperty("rows").EnumerateArray().ToList();
        foreach (var row in rows)
        {
            using var scope = NewDisposeScope();
            var (smoothing, weighted, soft) = (row.GetProperty("smoothing").GetDouble(), row.GetProperty("weighted").GetBoolean(), row.GetProperty("soft").GetBoolean());
            var logits = tensor(Reference.Numbers(golden.GetProperty("logits"))).reshape(5, 4).requires_grad_(true);
            var labels = tensor(golden.GetProperty("labels").EnumerateArray().Select(label => label.GetInt64()).ToArray());
            var shares = soft ? tensor(Reference.Numbers(golden.GetProperty("shares"))).reshape(5, 4) : null;
            using TrainingLoss loss = row.GetProperty("loss").GetString() == "bce"
                ? new BinaryCrossEntropy(smoothing, weighted ? weights : null, ComputeDevice.Cpu) : new CrossEntropy(smoothing, weighted ? weights : null, ComputeDevice.Cpu);

            var value = loss.Of(logits, new Targets(labels, shares));
            value.backward();

            Same.Within(1e-12, [row.GetProperty("value").GetDouble()], [value.item<double>()], $"{row}");
            Same.Within(1e-12, Reference.Numbers(row.GetProperty("gradient")), Same.Doubles(logits.grad!), $"{row}");
        }
        Assert.Equal(16, rows.Count);
    }

    [Fact]
    public void Balanced_weights_are_those_of_scikit_learn_and_0_for_a_class_without_pictures()
    {
        using var loss = new CrossEntropyOptions { ClassWeights = ClassWeighting.Balanced }.Create([6, 3, 0, 1], ComputeDevice.Cpu);
        Assert.Equal(10.0 / 24 + 10.0 / 12 + 10.0 / 4, loss.Mass([0, 1, 3], isMixed: false), 1e-12);
        Assert.Equal(3, loss.Mass([0, 1, 3], isMixed: true));
        using var scope = NewDisposeScope();
        Assert.Equal(0, loss.Of(zeros(1, 4), new Targets(tensor(0L).reshape(1), tensor(new[] { 0f, 0, 1, 0 }).reshape(1, 4))).item<float>());
    }

    [Fact]
    public void Values_out_of_range_are_named() =>
        Assert.Equal(["`label_smoothing` is 1, expected 0 to below 1", "`class_weights` is 7, expected none or balanced"], new CrossEntropyOptions { LabelSmoothing = 1, ClassWeights = (ClassWeighting)7 }.Faults());
}
