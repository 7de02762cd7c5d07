using JustAlexNet.Inference;
using JustAlexNet.Tests.Support;

namespace JustAlexNet.Training.Tests;

/// <summary>A checkpoint records everything that changes a number, what no command line names included.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class RecipeTests : RunTestBase
{
    public static TheoryData<string> Shapes => ["step", "cosine", "warm"];

    [Theory, MemberData(nameof(Shapes))]
    public void Shape_of_a_schedule_is_that_of_the_run_when_it_goes_on(string shape)
    {
        LearningRateSchedule schedule = shape switch { "step" => new StepRate { StepEpochs = 1 }, "cosine" => new CosineRate { FinalShare = 0.3 }, _ => new CosineRate { WarmupEpochs = 2, FinalShare = 0.5 } };
        var whole = Options(output: "whole") with { Training = new TrainingOptions { Epochs = 3, Schedule = schedule, Momentum = 0.8, WeightDecay = 1e-3, EarlyStopPatience = 3, EarlyStopMinimumDelta = 0.01 } };
        var broken = whole with { Output = Scratch.At("broken") };
        Run(whole);
        RunUntil(4, broken);
        Run(Options(output: "broken") with { Resume = "auto", BatchSize = null });
        Assert.Equal(Content(new RunFolder(whole.Output).Latest), Content(new RunFolder(broken.Output).Latest));
        Assert.Equal(schedule.Rate(0.01, 2, 3), Checkpoint.Read(new RunFolder(broken.Output).Latest).History[2].LearningRate);
    }

    [Fact]
    public void Saving_memory_goes_on_and_may_be_given_up()
    {
        var options = Options("densenet121") with { MemoryEfficient = true };
        RunUntil(1, options);
        var plain = Options("alexnet") with { Resume = "auto", ImageSize = 20 };
        using (var run = TrainingRun.Open(plain)) Assert.True(run.Trainer.Network.MemoryEfficient);
        using (var run = TrainingRun.Open(plain, new HashSet<string> { "memory_efficient" })) Assert.False(run.Trainer.Network.MemoryEfficient);
    }

    [Fact]
    public void Limit_of_bad_pictures_goes_on_and_may_be_raised()
    {
        RunUntil(1, Options() with { BadImages = BadImages.Skip(3) });
        using (var run = TrainingRun.Open(Options() with { Resume = "auto" })) Assert.Equal(3, run.Options.BadImages.Limit);
        using (var run = TrainingRun.Open(Options() with { Resume = "auto", BadImages = BadImages.Skip(7) }, new HashSet<string> { "bad_images_limit" })) Assert.Equal(7, run.Options.BadImages.Limit);
    }

    [Fact]
    public void Other_threads_are_said()
    {
        RunUntil(1, Options());
        var threads = Runtime.TorchRuntime.Threads;
        try
        {
            Runtime.TorchRuntime.Threads = threads + 1;
            using var run = TrainingRun.Open(Options() with { Resume = "auto" });
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
        RunUntil(1, Options(side: 33, epochs: 30) with { Training = new TrainingOptions { Epochs = 30, Schedule = new ConstantRate { WarmupEpochs = 25 } } });
        var asked = Options("alexnet", side: 33) with { Resume = "auto", Training = new TrainingOptions { Schedule = new ConstantRate { WarmupEpochs = 25 } } };
        Assert.Empty(asked.Faults());
        using (TrainingRun.Open(asked, new HashSet<string> { "image_size", "warmup_epochs" })) { }
        Assert.NotEmpty((asked with { Resume = null }).Faults());
        Assert.Contains("`warmup_epochs` is 25, expected less than the 20 epochs", Assert.Throws<TrainingException>(
            () => TrainingRun.Open(asked, new HashSet<string> { "epochs" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoint_of_transfer_is_refused_by_name()
    {
        RunUntil(1, Options());
        var path = new RunFolder(Options().Output).Latest;
        var root = (Weights.PickleDictionary)Weights.TorchFile.Read(path)!;
        ((Weights.PickleDictionary)root["options"]!)["verb"] = "transfer";
        Weights.TorchFile.Write(path, root);
        Assert.Equal($"{path} is from justalexnet transfer, there is nothing that train could go on with.\nPass it as --pretrained to start from its weights.",
            Assert.Throws<TrainingException>(() => TrainingRun.Open(Options() with { Resume = "auto" })).Message);
    }
}
