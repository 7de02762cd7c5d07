using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Models.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class InitialisationTests
{
    [Theory]
    [InlineData("alexnet")]
    [InlineData("resnet18")]
    [InlineData("densenet201")]
    public void First_weights_have_torchvisions_distribution_tensor_by_tensor(string name)
    {
        using var network = ModelCatalogue.Find(name)!.Create(1000, seed: 5);
        var golden = Reference.Json($"initialisation-{name}.json").GetProperty("tensors");
        Assert.NotEmpty(golden.EnumerateObject());

        foreach (var (entry, tensor) in network.State.Where(e => golden.TryGetProperty(e.Key, out _)))
        {
            var expected = Reference.Numbers(golden.GetProperty(entry));
            var (mean, deviation, least, most) = Statistics(tensor);
            var error = expected[1] / Math.Sqrt(tensor.numel());    // standard error of the mean; the reference is an average of five
            Assert.True(Math.Abs(mean - expected[0]) <= 5 * error * Math.Sqrt(1 + 1 / 5.0), $"{entry} mean: expected {expected[0]}, received {mean}");
            Assert.True(Math.Abs(deviation - expected[1]) <= 5 * error, $"{entry} deviation: expected {expected[1]}, received {deviation}");
            var slack = (expected[3] - expected[2]) / 2;            // extremes wander with the seed; a wrong distribution is off by more
            Assert.True(least >= expected[2] - slack && most <= expected[3] + slack,
                $"{entry} range: expected about {expected[2]} to {expected[3]}, received {least} to {most}");
        }
    }

    [Fact]
    public void Equal_seeds_give_equal_networks_and_other_seeds_give_others()
    {
        var resnet = ModelCatalogue.Find("resnet18")!;
        using var first = resnet.Create(10, seed: 1);
        using var again = resnet.Create(10, seed: 1);
        using var other = resnet.Create(10, seed: 2);

        Same.Bits(first.State, again.State);
        Assert.NotEqual(Same.Doubles(first.State[0].Value), Same.Doubles(other.State[0].Value));
    }

    /// <summary>Mean, deviation (divided by n), least and greatest value, summed in double precision.</summary>
    private static (double Mean, double Deviation, double Least, double Most) Statistics(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var values = tensor.to_type(ScalarType.Float64);
        return (values.mean().item<double>(), values.std(unbiased: false).item<double>(), values.min().item<double>(), values.max().item<double>());
    }
}
