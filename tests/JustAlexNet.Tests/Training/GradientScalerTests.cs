using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Training.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class GradientScalerTests
{
    [Fact]
    public void Scale_and_weight_follow_PyTorchs_scaler_through_overflows()
    {
        var golden = Reference.Json("optimisers.json").GetProperty("scaler");
        var scaler = new GradientScaler(golden.GetProperty("init_scale").GetDouble(), interval: golden.GetProperty("growth_interval").GetInt32());
        using var weight = ones(1, requires_grad: true);
        using var optimiser = new Sgd([KeyValuePair.Create("w", weight)], momentum: 0, weightDecay: 0);
        var steps = golden.GetProperty("overflow").EnumerateArray().Zip(golden.GetProperty("scale_and_weight_after").EnumerateArray());
        foreach (var (overflow, after) in steps)
        {
            var slope = overflow.GetInt32() == 1 ? float.PositiveInfinity : (float)scaler.Scale;
            using (var gradient = tensor(new[] { slope })) weight.grad = gradient;
            scaler.Update(optimiser.Step(0.1, scaler.Scale));
            optimiser.ClearGradients();
            var expected = Reference.Numbers(after);
            Assert.Equal(expected[0], scaler.Scale);
            Assert.Equal(expected[1], Same.Doubles(weight)[0], 1e-7);
        }
    }

    [Fact]
    public void Scale_of_1_is_a_scale_too()
    {
        using var weight = ones(1, requires_grad: true);
        using var optimiser = new Sgd([KeyValuePair.Create("w", weight)], momentum: 0, weightDecay: 0);
        var scaler = new GradientScaler(scale: 1);
        foreach (var (slope, taken) in new[] { (float.PositiveInfinity, false), (0.5f, true) })
        {
            using (var gradient = tensor(new[] { slope })) weight.grad = gradient;
            Assert.Equal(taken, optimiser.Step(0.1, scaler.Scale));
            optimiser.ClearGradients();
        }
        Assert.Equal(0.95, Same.Doubles(weight)[0], 1e-7);
    }

    [Fact]
    public void Its_state_goes_on_where_it_was_saved()
    {
        var scaler = new GradientScaler(1024, interval: 3);
        scaler.Update(true);
        scaler.Update(true);
        var again = new GradientScaler();
        again.Load(scaler.ToStateDictionary(), "a file");
        again.Update(true);
        Assert.Equal(2048, again.Scale);
        var fresh = new GradientScaler(1024, interval: 3);
        fresh.Update(true);
        Assert.Equal(1024, fresh.Scale);
    }
}
