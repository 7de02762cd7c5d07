using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.Tests.Support;
using JustAlexNet.Training;
using static JustAlexNet.Recipes.CommonSettings;
using static JustAlexNet.Recipes.FitSettings;

namespace JustAlexNet.Runs.Tests;

/// <summary>A checkpoint records everything that changes a number, what no command line names included.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class RecipeTests : RunTestBase
{
    [Theory]
    [InlineData("step", 0), InlineData("cosine", 0), InlineData("cosine", 2)]
    public void Schedule_is_that_of_the_run_when_it_goes_on(string name, int warmup)
    {
        var whole = Options(output: "whole", epochs: 3).With(Schedules.Schedule, name).With(Schedules.WarmupEpochs, warmup).With(SgdOptions.MomentumSetting, 0.8).With(Optimisers.WeightDecay, 1e-3).With(EarlyStopPatience, 3).With(EarlyStopMinDelta, 0.01);
        var broken = whole.With(Output, Scratch.At("broken"));
        Execute(whole);
        ExecuteUntil(4, broken);
        Execute(GoOn("broken"));
        Assert.Equal(Content(Files(whole).Latest), Content(Files(broken).Latest));
        Assert.Equal(Schedules.Named(name, warmup).Rate(0.01, 2, 3), Checkpoint.Read(Files(broken).Latest).History[2].LearningRate);
    }

    [Fact]
    public void Saving_memory_goes_on_and_may_be_given_up()
    {
        var options = Options("densenet121").With(TrainSettings.MemoryEfficient, true);
        ExecuteUntil(1, options);
        using (var run = Run.Open(GoOn())) Assert.True(run.Plan.Loop!.Network.MemoryEfficient);
        using (var run = Run.Open(GoOn().With(TrainSettings.MemoryEfficient, false))) Assert.False(run.Plan.Loop!.Network.MemoryEfficient);
    }

    [Fact]
    public void Limit_of_bad_pictures_goes_on_and_may_be_raised()
    {
        ExecuteUntil(1, Options().With(SkipsBadImages, true).With(BadImagesLimit, 3));
        using (var run = Run.Open(GoOn())) Assert.Equal((true, 3), (run.Recipe.Get(SkipsBadImages), run.Recipe.Get(BadImagesLimit)));
        using (var run = Run.Open(GoOn().With(BadImagesLimit, 7))) Assert.Equal((true, 7), (run.Recipe.Get(SkipsBadImages), run.Recipe.Get(BadImagesLimit)));
    }

    [Fact]
    public void Other_threads_are_said()
    {
        ExecuteUntil(1, Options());
        var threads = Runtime.TorchRuntime.Threads;
        try
        {
            Runtime.TorchRuntime.Threads = threads + 1;
            using var run = Run.Open(GoOn());
            Assert.Contains($"threads: {threads + 1}, {threads} before; the numbers differ a little from those of a run that never stopped", run.Notes);
        }
        finally
        {
            Runtime.TorchRuntime.Threads = threads;
        }
    }

    [Fact]
    public void Options_that_depend_on_each_other_are_judged_with_those_of_the_checkpoint()
    {
        ExecuteUntil(1, Options(side: 33, epochs: 30).With(Schedules.WarmupEpochs, 25));
        var asked = GoOn().With(TrainSettings.ImageSize, 33).With(Schedules.WarmupEpochs, 25);
        Assert.Empty(asked.Faults(isWhole: false));
        using (Run.Open(asked)) { }
        Assert.Equal(2, asked.Faults().Count);      // alexnet takes no 33 pixels, 20 epochs no 25 of warm-up
        Assert.Contains("`warmup_epochs` is 25, expected less than the 20 epochs", Assert.Throws<SettingException>(
            () => Run.Open(asked.With(Epochs, 20))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoint_of_transfer_is_refused_by_name()
    {
        ExecuteUntil(1, Options());
        var path = Files(Options()).Latest;
        var root = (Weights.PickleDictionary)Weights.TorchFile.Read(path)!;
        ((Weights.PickleDictionary)root["options"]!)["verb"] = "transfer";
        Weights.TorchFile.Write(path, root);
        Assert.Equal($"{path} is from justalexnet transfer, there is nothing that train could go on with.\nPass it as `pretrained` to start from its weights.",
            Assert.Throws<RunException>(() => Run.Open(GoOn())).Message);
    }
}
