using JustAlexNet.Tests.Support;

namespace JustAlexNet.Training.Tests;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void Step_is_PyTorchs_StepLR() => Compare("step_size_3_gamma_0.1", new StepRate { StepEpochs = 3 }, epochs: 10);

    [Fact]
    public void Cosine_is_PyTorchs_CosineAnnealingLR() => Compare("cosine_T_10_min_0.001", new CosineRate { FinalShare = 0.01 }, epochs: 10);

    [Fact]
    public void Warmup_then_cosine_is_PyTorchs_LinearLR_then_CosineAnnealingLR() =>
        Compare("linear_warmup_5_from_0.01_then_cosine_10", new CosineRate { WarmupEpochs = 5 }, epochs: 15);

    [Fact]
    public void Constant_is_the_base_rate_after_the_warmup()
    {
        var schedule = new ConstantRate { WarmupEpochs = 2 };
        Assert.Equal([0.001, 0.0505, 0.1, 0.1], Enumerable.Range(0, 4).Select(e => Math.Round(schedule.Rate(0.1, e, 4), 12)));
    }

    [Fact]
    public void Step_without_a_length_has_three_stages() =>
        Assert.Equal([1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01], Enumerable.Range(0, 8).Select(e => Math.Round(new StepRate().Rate(1, e, 8), 12)));

    [Theory]
    [InlineData("constant"), InlineData("step"), InlineData("cosine")]
    public void Names_lead_to_schedules_and_back(string name) => Assert.Equal(name, Schedules.Named(name, 1).Name);

    [Fact]
    public void Unknown_name_is_refused() => Assert.StartsWith("'poly' is no schedule, expected constant, step, cosine", Assert.Throws<ArgumentException>(() => Schedules.Named("poly")).Message);

    private static void Compare(string name, LearningRateSchedule schedule, int epochs)
    {
        var expected = Reference.Numbers(Reference.Json("schedules.json").GetProperty(name));
        Same.Within(1e-12, expected[..epochs], [.. Enumerable.Range(0, epochs).Select(e => schedule.Rate(0.1, e, epochs))], name);
    }
}
