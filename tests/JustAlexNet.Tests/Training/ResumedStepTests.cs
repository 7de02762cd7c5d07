using JustAlexNet.Tests.Support;

namespace JustAlexNet.Training.Tests;

/// <summary>Whatever plugs into the step: stopped inside an epoch and resumed, it ends as if it had never stopped.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class ResumedStepTests : TrainerTestBase
{
    private static readonly TrainingOptions Everything = new()
    {
        Epochs = 3, LearningRate = 0.002, Accumulate = 2, ClipGradientNorm = 5, Optimiser = new AdamOptions { Decoupled = true, WeightDecay = 0.05, NoDecayOnNormAndBias = true }, Schedule = new OneCycleRate(),
        Loss = new CrossEntropyOptions { LabelSmoothing = 0.1, ClassWeights = ClassWeighting.Balanced },
        Hooks = [new MixingOptions { MixupAlpha = 0.4, CutmixAlpha = 1 }, new WeightAverageOptions { Decay = 0.7 }],
    };

    [Fact]
    public void AdamW_average_mixing_one_cycle_and_accumulation_together() => EndsAsIfItNeverStopped(Everything, stopAfter: 3);

    [Fact]
    public void Adam_by_update_with_bce_on_dropout() =>
        EndsAsIfItNeverStopped(new TrainingOptions { Epochs = 2, LearningRate = 1e-4, Optimiser = new AdamOptions(), Loss = new BinaryCrossEntropyOptions(), Schedule = new CosineRate { OnUpdates = true, WarmupSteps = 3 } }, stopAfter: 2, model: "alexnet");

    [Fact]
    public void Plateau_remembers_its_epochs() =>
        EndsAsIfItNeverStopped(new TrainingOptions { Epochs = 4, LearningRate = 1e-3, Schedule = new PlateauRate { Patience = 0, Threshold = 0.5 } }, stopAfter: 10);

    [Fact]
    public void Frozen_statistics_stay_those_that_the_run_began_with() =>
        EndsAsIfItNeverStopped(new TrainingOptions { Epochs = 2, Hooks = [new FrozenNormalisationOptions()] }, stopAfter: 2);

    [Fact]
    public void Each_of_them_decides_the_end_so_equal_ends_mean_something()
    {
        var ends = new[]
        {
            Everything, Everything with { Accumulate = 1 }, Everything with { Schedule = new ConstantRate() }, Everything with { Seed = 1 }, Everything with { Loss = new CrossEntropyOptions() },
            Everything with { ClipGradientNorm = 0.1 }, Everything with { Optimiser = new AdamOptions { WeightDecay = 0.05 } }, Everything with { Hooks = [new MixingOptions { CutmixAlpha = 1 }] },
        }.Select(options =>
        {
            using var loop = Begin(options with { Epochs = 1 });
            loop.Run();
            return string.Join(' ', loop.Weights().Take(50));
        });
        Assert.Equal(8, ends.Distinct().Count());
    }
}
