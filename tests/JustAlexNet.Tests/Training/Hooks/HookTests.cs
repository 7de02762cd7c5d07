using JustAlexNet.Models;
using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Training.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class HookTests : TrainerTestBase
{
    [Fact]
    public void Average_follows_the_path_of_PyTorch()
    {
        var golden = Reference.Json("training-parts.json").GetProperty("averages");
        using var network = ModelCatalogue.Find("resnet18")!.Create(Classes, seed: 0);
        network.ConvertTo(ScalarType.Float64);
        var (bias, statistic) = (Entry(network, "fc.bias"), Entry(network, "bn1.running_mean"));
        var counter = Entry(network, "bn1.num_batches_tracked");
        Set(bias, Reference.Numbers(golden.GetProperty("start")));
        Set(statistic, Reference.Numbers(golden.GetProperty("start")));
        using var average = new WeightAverage(network, golden.GetProperty("decay").GetDouble());
        var added = Reference.Numbers(golden.GetProperty("added"));
        var step = 0;
        foreach (var expected in golden.GetProperty("averages").EnumerateArray())
        {
            step++;
            foreach (var target in new[] { bias, statistic }) Set(target, [.. Same.Doubles(target).Take(2).Zip(added, (value, by) => value + by * step)]);
            using (no_grad()) _ = counter.fill_(step);
            average.Updated();
            Same.Within(1e-12, Reference.Numbers(expected), Same.Doubles(Entry(average.Validated, "fc.bias"))[..2], $"weights after {step}");
            Same.Within(1e-12, Reference.Numbers(expected), Same.Doubles(Entry(average.Validated, "bn1.running_mean"))[..2], $"statistics after {step}");
            Assert.Equal(step, Entry(average.Validated, "bn1.num_batches_tracked").item<long>());
        }
        Assert.Equal(5, step);

        static Tensor Entry(Network of, string name) => of.State.Single(entry => entry.Key == name).Value;

        static void Set(Tensor target, double[] first)
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            _ = target.narrow(0, 0, 2).copy_(tensor(first));
        }
    }

    [Fact]
    public void Average_changes_nothing_of_what_learns()
    {
        using var plain = Begin(new TrainingOptions { Epochs = 1 });
        using var averaged = Begin(new TrainingOptions { Epochs = 1, Hooks = [new WeightAverageOptions { Decay = 0.5 }] });
        plain.Run();
        averaged.Run();
        Same.Bits(plain.Network.State, averaged.Network.State);
        Assert.Equal(plain.Trainer.History[0].TrainLoss, averaged.Trainer.History[0].TrainLoss);
        Assert.NotEqual(plain.Trainer.History[0].ValLoss, averaged.Trainer.History[0].ValLoss);
    }

    [Fact]
    public void Frozen_normalisation_keeps_its_statistics_and_learns_its_scale()
    {
        using var frozen = Begin(new TrainingOptions { Epochs = 1, Hooks = [new FrozenNormalisationOptions()] });
        using var free = Begin(new TrainingOptions { Epochs = 1 });
        var before = frozen.Network.State.ToDictionary(entry => entry.Key, entry => Same.Doubles(entry.Value));
        frozen.Run();
        free.Run();
        Assert.All(frozen.Network.State.Where(IsStatistic), entry => Assert.Equal(before[entry.Key], Same.Doubles(entry.Value)));
        Assert.All(free.Network.State.Where(IsStatistic), entry => Assert.NotEqual(before[entry.Key], Same.Doubles(entry.Value)));
        Assert.NotEqual(before["bn1.weight"], Same.Doubles(frozen.Network.State.Single(entry => entry.Key == "bn1.weight").Value));

        static bool IsStatistic(KeyValuePair<string, Tensor> entry) => entry.Key.Contains("running_", StringComparison.Ordinal) || entry.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal);
    }

    [Fact]
    public void Weighted_sampling_changes_what_is_learned()
    {
        using var uniform = Begin(new TrainingOptions { Epochs = 1 });
        using var weighted = Begin(new TrainingOptions { Epochs = 1 }, sampling: Inference.Sampling.Weighted);
        uniform.Run();
        weighted.Run();
        Assert.NotEqual(uniform.Weights(), weighted.Weights());
    }
}
