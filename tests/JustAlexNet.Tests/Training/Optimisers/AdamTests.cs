using JustAlexNet.Tests.Support;
using JustAlexNet.Weights;
using static TorchSharp.torch;

namespace JustAlexNet.Training.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class AdamTests
{
    [Theory]
    [InlineData("adam", 0, false, false)]
    [InlineData("adam_decay", 0.01, false, false)]
    [InlineData("adamw", 0.01, true, false)]
    [InlineData("adam", 0, false, true)]
    [InlineData("adam_decay", 0.01, false, true)]
    [InlineData("adamw", 0.01, true, true)]
    public void Six_steps_follow_PyTorchs_path(string kind, double decay, bool decoupled, bool inSmallOperations)
    {
        var golden = Reference.Json("optimisers.json");
        using var w = tensor(Reference.Numbers(golden.GetProperty("start")), requires_grad: true);
        using var optimiser = new Adam([KeyValuePair.Create("w", w)], new AdamOptions { WeightDecay = decay, Decoupled = decoupled }) { InSmallOperations = inSmallOperations };
        var step = 0;
        foreach (var expected in golden.GetProperty("paths").GetProperty(kind).EnumerateArray())
        {
            using (var gradient = tensor(Same.Doubles(w).Select(p => Math.Sin(3 * p + step)).ToArray())) w.grad = gradient;
            optimiser.Step(0.01);
            optimiser.ClearGradients();
            Same.Within(1e-12, Reference.Numbers(expected), Same.Doubles(w), $"{kind} step {step}");
            step++;
        }
        Assert.Equal(6, step);
    }

    [Fact]
    public void State_dictionary_has_PyTorchs_form()
    {
        using var a = ones(2, requires_grad: true);
        using var optimiser = new Adam([KeyValuePair.Create("a", a)], new AdamOptions { Decoupled = true, WeightDecay = 0.01 });
        using (var gradient = ones(2)) a.grad = gradient;
        optimiser.Step(0.5);
        optimiser.ClearGradients();

        var dictionary = optimiser.ToStateDictionary(0.5);

        var group = (PickleDictionary)((List<object?>)dictionary["param_groups"]!)[0]!;
        Assert.Equal(
            ["lr", "betas", "eps", "weight_decay", "amsgrad", "maximize", "foreach", "capturable", "differentiable", "fused", "decoupled_weight_decay", "params"], group.Select(e => (string)e.Key));
        Assert.Equal([0.9, 0.999], (PickleTuple)group["betas"]!);
        var entry = (PickleDictionary)((PickleDictionary)dictionary["state"]!)[0]!;
        Assert.Equal(["step", "exp_avg", "exp_avg_sq"], entry.Select(e => (string)e.Key));
        Assert.Equal(1f, ((Tensor)entry["step"]!).item<float>());
    }

    [Theory]
    [InlineData(1.0, 0.999, 1e-8, "`beta1` is 1, expected 0 to below 1")]
    [InlineData(0.9, -1.0, 1e-8, "`beta2` is -1, expected 0 to below 1")]
    [InlineData(0.9, 0.999, 0.0, "`eps` is 0, expected a number above 0")]
    public void Values_out_of_range_are_refused(double beta1, double beta2, double epsilon, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<ArgumentException>(() => new Adam([], new AdamOptions { Beta1 = beta1, Beta2 = beta2, Epsilon = epsilon })).Message);
}
