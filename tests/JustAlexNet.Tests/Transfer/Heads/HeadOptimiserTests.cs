using JustAlexNet.Tests.Support;

namespace JustAlexNet.Transfer.Tests;

public sealed class HeadOptimiserTests
{
    [Theory]
    [InlineData("adam", 0)]
    [InlineData("adam_decay", 0.01)]
    public void Six_steps_of_Adam_follow_PyTorchs_path(string kind, double decay) => Follows(kind, new Adam(8, decay), rate: 0.01);

    [Fact]
    public void Momentum_looks_ahead()
    {
        double[] values = [1];
        var optimiser = new Momentum(1);
        optimiser.Step(values, [1.0], rate: 0.1);       // v = 1, step 0.1 (1 + 0.9)
        Assert.Equal(0.81, values[0], 12);
        optimiser.Step(values, [0.5], rate: 0.1);       // v = 1.4, step 0.1 (0.5 + 1.26)
        Assert.Equal(0.634, values[0], 12);
    }

    [Fact]
    public void Values_beside_the_vectors_move_alike()
    {
        var (five, one) = (Enumerable.Repeat(0.3, 5).ToArray(), new[] { 0.3 });
        var (wide, narrow) = (new Adam(5), new Adam(1));
        for (var step = 0; step < 3; step++)
        {
            wide.Step(five, [.. Enumerable.Repeat(0.7 - step, 5)], 0.01);
            narrow.Step(one, [0.7 - step], 0.01);
        }
        Assert.All(five, value => Assert.Equal(one[0], value, 14));
        Assert.NotEqual(0.3, one[0]);
    }

    private static void Follows(string kind, HeadOptimiser optimiser, double rate)
    {
        var golden = Reference.Json("optimisers.json");
        var values = Reference.Numbers(golden.GetProperty("start"));
        var step = 0;
        foreach (var expected in golden.GetProperty("paths").GetProperty(kind).EnumerateArray())
        {
            optimiser.Step(values, [.. values.Select(p => Math.Sin(3 * p + step))], rate);
            Same.Within(1e-12, Reference.Numbers(expected), values, $"{kind} step {step}");
            step++;
        }
        Assert.Equal(6, step);
    }
}
