using JustAlexNet.Tests.Support;
using JustAlexNet.Weights;

namespace JustAlexNet.Training.Tests;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void Step_is_PyTorchs_StepLR() => Compare("step_size_3_gamma_0.1", new StepRate { StepEpochs = 3 }, epochs: 10);

    [Fact]
    public void Cosine_is_PyTorchs_CosineAnnealingLR() => Compare("cosine_T_10_min_0.001", new CosineRate { FinalFactor = 0.01 }, epochs: 10);

    [Fact]
    public void Warmup_then_cosine_is_PyTorchs_LinearLR_then_CosineAnnealingLR() =>
        Compare("linear_warmup_5_from_0.01_then_cosine_10", new CosineRate { WarmupEpochs = 5 }, epochs: 15);

    [Fact]
    public void Multistep_is_PyTorchs_MultiStepLR() => Compare("multistep_4_8_gamma_0.5", new MultiStepRate { Milestones = [4, 8], Gamma = 0.5 }, epochs: 10);

    [Fact]
    public void Exponential_is_PyTorchs_ExponentialLR() => Compare("exponential_gamma_0.9", new ExponentialRate { Gamma = 0.9 }, epochs: 10);

    [Theory]
    [InlineData(20, 1)]
    [InlineData(4, 5)]
    [InlineData(1, 20)]
    public void One_cycle_is_PyTorchs_OneCycleLR_however_its_steps_are_cut_into_epochs(int updates, int epochs) =>
        Compare("one_cycle_max_0.1_steps_20", new OneCycleRate(), updates, epochs, Reference.Json("schedules.json"));

    [Theory]
    [InlineData("one_cycle_total_16_pct_0.25_div_10_final_100", 16, 1)]
    [InlineData("polynomial_power_2_T_8", 1, 8)]
    [InlineData("polynomial_power_0.9_T_8", 1, 8)]
    [InlineData("warmup_5_updates_with_step_2_epochs_gamma_0.5_of_3_updates", 3, 6)]
    [InlineData("cosine_by_12_updates", 4, 3)]
    [InlineData("exponential_gamma_0.8_an_epoch_of_3_updates", 3, 4)]
    public void Rates_by_update_are_those_of_Debians_PyTorch(string name, int updates, int epochs)
    {
        LearningRateSchedule schedule = name.Split('_') switch
        {
            ["one", ..] => new OneCycleRate { RisingFraction = 0.25, DivFactor = 10, FinalDivFactor = 100 },
            ["polynomial", _, "2", ..] => new PolynomialRate { Power = 2 },
            ["polynomial", ..] => new PolynomialRate { Power = 0.9 },
            ["warmup", ..] => new StepRate { WarmupSteps = 5, StepEpochs = 2, Gamma = 0.5 },
            ["cosine", ..] => new CosineRate { OnUpdates = true },
            _ => new ExponentialRate { OnUpdates = true, Gamma = 0.8 },
        };
        Compare(name, schedule, updates, epochs, Reference.Json("training-parts.json").GetProperty("schedules"));
    }

    [Fact]
    public void Plateau_is_PyTorchs_ReduceLROnPlateau_also_from_its_state()
    {
        var golden = Reference.Json("training-parts.json").GetProperty("schedules");
        var schedule = new PlateauRate { Gamma = 0.3, Patience = 1, Threshold = 0.01, Cooldown = 2, FinalFactor = 0.02 };
        var losses = Reference.Numbers(golden.GetProperty("plateau_losses"));
        var expected = Reference.Numbers(golden.GetProperty("plateau_factor_0.3_patience_1_threshold_0.01_cooldown_2_min_0.002"));
        for (var stopped = 0; stopped < losses.Length; stopped++)
        {
            var (rates, course) = (new List<double>(), Scheduler());
            for (var epoch = 0; epoch < losses.Length; epoch++)
            {
                if (epoch == stopped)
                {
                    var resumed = Scheduler();
                    resumed.Read(course.Write(), "a file");
                    course = resumed;
                }
                rates.Add(course.At(epoch, 0));
                course.Follow(new EpochRecord(epoch + 1, 0, 0, 0, 0, losses[epoch], 0, 0, 0, 0, 0));
            }
            Same.Within(1e-12, expected, rates, $"stopped in epoch {stopped}");
        }

        LearningRateScheduler Scheduler() => new(schedule, 0.1, losses.Length, 1);
    }

    [Fact]
    public void Course_of_another_schedule_is_refused()
    {
        var error = Assert.Throws<WeightsException>(() => new LearningRateScheduler(new PlateauRate(), 0.1, 3, 1).Read(new LearningRateScheduler(new StepRate(), 0.1, 3, 1).Write(), "a.pth"));
        Assert.Equal("a.pth is of a run with `schedule` step, expected plateau.\nResume with the recipe that the checkpoint was made with.", error.Message);
    }

    [Fact]
    public void Constant_is_the_base_rate_after_the_warmup()
    {
        var schedule = new ConstantRate { WarmupEpochs = 2 };
        Assert.Equal([0.001, 0.0505, 0.1, 0.1], Enumerable.Range(0, 4).Select(e => Math.Round(schedule.Rate(0.1, e, 4), 12)));
    }

    [Fact]
    public void Step_without_a_length_has_three_stages() =>
        Assert.Equal([1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01], Enumerable.Range(0, 8).Select(e => Math.Round(new StepRate().Rate(1, e, 8), 12)));

    [Fact]
    public void Multistep_without_milestones_falls_after_a_half_and_after_three_quarters() =>
        Assert.Equal([1, 1, 1, 1, 0.1, 0.1, 0.01, 0.01], Enumerable.Range(0, 8).Select(e => Math.Round(new MultiStepRate().Rate(1, e, 8), 12)));

    [Theory]
    [InlineData("constant"), InlineData("step"), InlineData("multistep"), InlineData("cosine"), InlineData("polynomial"), InlineData("exponential"), InlineData("plateau")]
    public void Rate_of_an_epoch_schedule_is_one_for_all_updates_of_an_epoch(string name)
    {
        var schedule = Schedules.Named(name, warmupEpochs: 2);
        for (var update = 0; update < 7 * 5; update++) Assert.Equal(schedule.Rate(0.1, update / 5, 7), schedule.Rate(0.1, new SchedulePosition(update, 5, 7)));
    }

    [Theory]
    [InlineData("cosine"), InlineData("polynomial"), InlineData("exponential")]
    public void Schedule_on_updates_agrees_with_itself_by_epoch_where_an_epoch_begins_and_falls_between(string name)
    {
        var byEpoch = Schedules.Named(name);
        var byUpdate = byEpoch with { OnUpdates = true };
        for (var epoch = 0; epoch < 6; epoch++)
        {
            Assert.Equal(byEpoch.Rate(0.1, epoch, 6), byUpdate.Rate(0.1, new SchedulePosition(epoch * 4, 4, 6)));
            Assert.True(byUpdate.Rate(0.1, new SchedulePosition(epoch * 4 + 1, 4, 6)) < byUpdate.Rate(0.1, new SchedulePosition(epoch * 4, 4, 6)));
        }
    }

    [Theory]
    [InlineData("constant"), InlineData("step"), InlineData("multistep"), InlineData("cosine"), InlineData("onecycle"), InlineData("polynomial"), InlineData("exponential"), InlineData("plateau")]
    public void Names_lead_to_schedules_and_back(string name) => Assert.Equal(name, Schedules.Named(name).Name);

    [Fact]
    public void Unknown_name_is_refused() =>
        Assert.StartsWith("'poly' is no schedule, expected constant, step, multistep, cosine, onecycle, polynomial, exponential, plateau", Assert.Throws<ArgumentException>(() => Schedules.Named("poly")).Message);

    [Fact]
    public void Every_schedule_names_its_own_faults() => Assert.Equal(
        [
            "`warmup_epochs` is -1, expected 0 or more", "`step_epochs` is 0, expected 1 or more", "`gamma` is 2, expected above 0 to 1",
            "`warmup_epochs` and `warmup_steps` exclude each other: the warm-up is so many epochs or so many steps", "`milestones` is 0,3, expected numbers of 1 or more",
            "`warmup_epochs` and `warmup_steps` are not for `schedule` onecycle, which has a warm-up of its own (`pct_start`)", "`pct_start` is 1, expected above 0 and below 1",
            "`power` is 0, expected a number above 0", "`min_lr` is 2 of `lr`, expected 0 to 1 of it", "`patience_epochs` is -1, expected 0 or more",
        ],
        new LearningRateSchedule[]
        {
            new StepRate { WarmupEpochs = -1, StepEpochs = 0, Gamma = 2 }, new MultiStepRate { WarmupEpochs = 1, WarmupSteps = 1, Milestones = [0, 3] }, new OneCycleRate { WarmupSteps = 2, RisingFraction = 1 },
            new PolynomialRate { Power = 0, FinalFactor = 2 }, new PlateauRate { Patience = -1 },
        }.SelectMany(schedule => schedule.Faults()));

    private static void Compare(string name, LearningRateSchedule schedule, int epochs)
    {
        var expected = Reference.Numbers(Reference.Json("schedules.json").GetProperty(name));
        Same.Within(1e-12, expected[..epochs], [.. Enumerable.Range(0, epochs).Select(e => schedule.Rate(0.1, e, epochs))], name);
    }

    private static void Compare(string name, LearningRateSchedule schedule, int updates, int epochs, System.Text.Json.JsonElement golden) => Same.Within(
        1e-12, Reference.Numbers(golden.GetProperty(name)), [.. Enumerable.Range(0, updates * epochs).Select(update => schedule.Rate(0.1, new SchedulePosition(update, updates, epochs)))], name);
}
