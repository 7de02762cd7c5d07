using JustAlexNet.Models;
using JustAlexNet.Tests.Support;
using JustAlexNet.Weights;
using static TorchSharp.torch;

namespace JustAlexNet.Training.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class SgdTests
{
    [Theory]
    [InlineData("sgd", 0, 0, false, false)]
    [InlineData("sgd_momentum", 0.9, 0, false, false)]
    [InlineData("sgd_nesterov_decay", 0.9, 5e-4, true, false)]
    [InlineData("sgd", 0, 0, false, true)]
    [InlineData("sgd_momentum", 0.9, 0, false, true)]
    [InlineData("sgd_nesterov_decay", 0.9, 5e-4, true, true)]
    public void Six_steps_follow_PyTorchs_path(string kind, double momentum, double decay, bool nesterov, bool inSmallOperations)
    {
        var golden = Reference.Json("optimisers.json");
        using var w = tensor(Reference.Numbers(golden.GetProperty("start")), requires_grad: true);
        using var optimiser = new Sgd([KeyValuePair.Create("w", w)], momentum, decay, nesterov) { InSmallOperations = inSmallOperations };
        var step = 0;
        foreach (var expected in golden.GetProperty("paths").GetProperty(kind).EnumerateArray())
        {
            using (var gradient = tensor(Same.Doubles(w).Select(p => Math.Sin(3 * p + step)).ToArray())) w.grad = gradient;
            optimiser.Step(0.1);
            optimiser.ClearGradients();
            Same.Within(1e-12, Reference.Numbers(expected), Same.Doubles(w), $"{kind} step {step}");
            step++;
        }
        Assert.Equal(6, step);
    }

    [Theory]
    [InlineData("alexnet")]
    [InlineData("resnet18")]
    [InlineData("densenet201")]
    public void Four_training_steps_of_a_network_match_PyTorch(string name)
    {
        var golden = Reference.Json($"training-{name}.json");
        var (side, rate) = (golden.GetProperty("side").GetInt32(), golden.GetProperty("rate").GetDouble());
        using var network = name == "alexnet" ? new AlexNet(10, dropout: 0, seed: null) : ModelCatalogue.Find(name)!.Create(10, seed: null);
        Reference.Fill(network);
        network.ConvertTo(ScalarType.Float64);
        using var pictures = Reference.Pictures(4, side, ScalarType.Float64);
        using var labels = tensor([3L, 1, 4, 1]);
        using var optimiser = new Sgd(network.Parameters, momentum: 0.9, weightDecay: 5e-4, nesterov: true);
        var losses = new List<double>();
        for (var i = 0; i < 4; i++)
        {
            using var logits = network.Forward(pictures, training: true);
            using var loss = nn.functional.cross_entropy(logits, labels);
            loss.backward();
            optimiser.Step(rate);
            optimiser.ClearGradients();
            losses.Add(loss.item<double>());
        }

        var expected = Reference.Numbers(golden.GetProperty("losses"));
        for (var i = 0; i < 4; i++) Same.Within(1e-9, [expected[i]], [losses[i]], $"loss of step {i}");
        var state = network.State.ToDictionary();
        foreach (var entry in golden.GetProperty("state_after").EnumerateObject())
            Same.Within(1e-9, Reference.Numbers(entry.Value), Same.Doubles(state[entry.Name])[..entry.Value.GetArrayLength()], entry.Name);
        var momentum = golden.GetProperty("momentum_after");
        Assert.Equal(momentum.GetProperty("parameter").GetString(), network.Parameters[0].Key);
        Same.Within(1e-9, Reference.Numbers(momentum.GetProperty("first")), Same.Doubles(Velocity(optimiser, 0))[..4], "momentum");
        foreach (var count in state.Where(e => e.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal))) Assert.Equal(4, count.Value.item<long>());
    }

    [Fact]
    public void State_dictionary_has_PyTorchs_form()
    {
        using var a = ones(2, requires_grad: true);
        using var b = ones(3, requires_grad: true);
        using var optimiser = new Sgd([KeyValuePair.Create("a", a), KeyValuePair.Create("b", b)]);
        using (var gradient = ones(2)) a.grad = gradient;
        optimiser.Step(0.5);
        optimiser.ClearGradients();

        var dictionary = optimiser.ToStateDictionary(0.5);

        var group = (PickleDictionary)((List<object?>)dictionary["param_groups"]!)[0]!;
        Assert.Equal(["lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize", "foreach", "differentiable", "fused", "params"], group.Select(e => (string)e.Key));
        Assert.Equal(0.5, group["lr"]);
        Assert.Equal(new List<object?> { 0L, 1L }, group["params"]);
        var state = (PickleDictionary)dictionary["state"]!;
        Assert.Equal([0L], state.Select(e => (long)e.Key));         // b has had no gradient, so PyTorch has no entry for it either
    }

    [Theory]
    [InlineData(1.0, 0, "expected 0 to below 1")]
    [InlineData(0.9, -1, "expected 0 or more")]
    public void Values_out_of_range_are_refused(double momentum, double decay, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd([], momentum, decay)).Message);

    private static Tensor Velocity(Sgd optimiser, long index)
    {
        var state = (PickleDictionary)optimiser.ToStateDictionary(0)["state"]!;
        return (Tensor)((PickleDictionary)state[index]!)["momentum_buffer"]!;
    }
}
