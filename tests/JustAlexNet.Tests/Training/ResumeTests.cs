using JustAlexNet.Tests.Support;
using JustAlexNet.Weights;

namespace JustAlexNet.Training.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class ResumeTests : RunTestBase
{
    [Theory]
    [InlineData("alexnet", 63)]
    [InlineData("resnet18", 33)]
    [InlineData("densenet201", 33)]
    public void Stopped_inside_an_epoch_and_resumed_ends_as_training_that_never_stopped(string model, int side)
    {
        var whole = Options(model, "whole", side);
        var broken = Options(model, "broken", side) with { Resume = "auto" };

        Run(whole);
        Assert.Equal(TrainingOutcome.Interrupted, RunUntil(4, broken).Outcome);      // 3 steps an epoch: in the middle of the second
        Assert.Equal(TrainingOutcome.Finished, Run(broken).Outcome);

        Assert.Equal(Content(new RunFolder(whole.Output).Latest), Content(new RunFolder(broken.Output).Latest));
        Assert.Equal(Content(new RunFolder(whole.Output).Best), Content(new RunFolder(broken.Output).Best));
        Assert.Equal(File.ReadAllText(new RunFolder(whole.Output).ConfusionTable), File.ReadAllText(new RunFolder(broken.Output).ConfusionTable));
        Assert.Equal(History(whole), History(broken));
    }

    [Fact]
    public void Run_in_a_precision_that_the_device_lacks_goes_on_in_another_only_where_it_is_asked_for()
    {
        var options = Options() with { Training = new TrainingOptions { Epochs = 2, Precision = "fp32" }, Device = "cpu" };
        RunUntil(steps: 3, options);
        var latest = new RunFolder(options.Output).Latest;
        var root = (PickleDictionary)TorchFile.Read(latest)!;
        ((PickleDictionary)root["options"]!)["precision"] = "fp16";
        root["scaler_state_dict"] = new GradientScaler(scale: 512).ToStateDictionary();
        TorchFile.Write(latest, root);

        var asked = options with { Resume = "auto", Training = new TrainingOptions { Precision = "auto" } };
        Assert.Equal(
            $"{latest} is of a run in fp16, in which cpu does not compute.\n" +
            "Go on with a --device that does, or in another precision, which changes the numbers a little: add --precision fp32.",
            Assert.Throws<TrainingException>(() => TrainingRun.Open(asked)).Message);
        using var run = TrainingRun.Open(asked with { Training = new TrainingOptions { Precision = "fp32" } }, new HashSet<string> { "precision" });
        Assert.Equal(("fp32", "asked for"), (run.Trainer.Precision.Name, run.Trainer.Precision.Reason));
        Assert.Equal(TrainingOutcome.Finished, run.Run().Outcome);
    }

    [Fact]
    public void Precision_of_a_run_that_goes_on_was_not_asked_for()
    {
        var options = Options() with { Training = new TrainingOptions { Epochs = 2, Precision = "fp32" } };
        RunUntil(steps: 3, options);
        using var run = TrainingRun.Open(options with { Resume = "auto", Training = new TrainingOptions() });
        Assert.Equal("as the run began", run.Trainer.Precision.Reason);
        var fault = Assert.Throws<TrainingException>(() => TrainingRun.Open(options with { Resume = "auto", Training = new TrainingOptions { Precision = "bf16" } }, new HashSet<string> { "precision" }));
        Assert.Contains("--precision bf16 (the run has fp32)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_seed_ends_elsewhere_so_equal_ends_mean_something()
    {
        Run(Options(output: "zero"));
        Run(Options(output: "one") with { Seed = 1 });
        Assert.NotEqual(Content(new RunFolder(Scratch.At("zero")).Latest), Content(new RunFolder(Scratch.At("one")).Latest));
    }

    [Fact]
    public void Random_state_decides_the_end_so_that_saving_it_is_needed()
    {
        Run(Options("alexnet", "whole", 63));
        var broken = Options("alexnet", "broken", 63);
        RunUntil(4, broken);
        using (var run = TrainingRun.Open(broken with { Resume = "auto" }))
        {
            Runtime.RandomState.Seed(12345);        // a resume that forgot dropout's stream
            run.Run();
        }
        Assert.NotEqual(Content(new RunFolder(Scratch.At("whole")).Latest), Content(new RunFolder(broken.Output).Latest));
    }

    [Fact]
    public void Stopped_twice_and_at_the_end_of_an_epoch_ends_the_same()
    {
        var broken = Options(output: "broken") with { Resume = "auto" };
        Run(Options(output: "whole"));
        RunUntil(1, broken);
        RunUntil(2, broken);        // the third step is the last of the epoch: its validation comes after the resume
        Run(broken);
        Assert.Equal(Content(new RunFolder(Scratch.At("whole")).Latest), Content(new RunFolder(broken.Output).Latest));
    }

    [Fact]
    public void The_number_of_workers_changes_nothing()
    {
        Run(Options(output: "none") with { Workers = 0 });
        Run(Options(output: "three") with { Workers = 3 });
        Assert.Equal(Unworked(Content(new RunFolder(Scratch.At("none")).Latest)), Unworked(Content(new RunFolder(Scratch.At("three")).Latest)));

        static string Unworked(string content) => string.Join('\n', content.Split('\n').Where(line => !line.StartsWith("/options/workers ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Auto_starts_anew_in_an_empty_folder_and_has_nothing_to_do_in_a_finished_one()
    {
        var options = Options(epochs: 1) with { Resume = "auto" };
        using (var first = TrainingRun.Open(options))
        {
            Assert.Null(first.ResumedFrom);
            Assert.False(first.IsFinished);
            first.Run();
        }
        using var second = TrainingRun.Open(options);
        Assert.Equal(new RunFolder(options.Output).Latest, second.ResumedFrom);
        Assert.True(second.IsFinished);
    }

    [Fact]
    public void Auto_passes_over_a_damaged_checkpoint_and_says_so()
    {
        var options = Options() with { Resume = "auto" };
        RunUntil(4, options);
        var files = new RunFolder(options.Output);
        using (var latest = new FileStream(files.Latest, FileMode.Open)) latest.SetLength(latest.Length / 2);

        using var run = TrainingRun.Open(options);

        Assert.Equal(files.Best, run.ResumedFrom);
        Assert.Contains(run.Notes, note => note.StartsWith("passed over:", StringComparison.Ordinal) && note.Contains(files.Latest));
        Assert.Equal(new TrainingPosition(1, 0), run.Trainer.Position);
    }

    [Fact]
    public void Options_come_from_the_checkpoint_and_contradictions_are_named()
    {
        RunUntil(1, Options() with { Seed = 3 });
        var plain = Options() with { Resume = "auto", BatchSize = 7, Seed = 9 };

        using (var run = TrainingRun.Open(plain)) Assert.Equal((4, 3L), (run.Options.BatchSize, run.Options.Seed));
        var error = Assert.Throws<TrainingException>(() => TrainingRun.Open(plain, new HashSet<string> { "batch_size", "seed" }));

        Assert.Contains("cannot go on with other options: --batch-size 7 (the run has 4), --seed 9 (the run has 3).", error.Message);
    }

    [Fact]
    public void Other_photos_are_refused()
    {
        RunUntil(1, Options());
        var error = Assert.Throws<TrainingException>(() => TrainingRun.Open(Options() with { Resume = "auto", Data = Photos(train: 5) }));
        Assert.Contains("was trained on other pictures than those in", error.Message);
        Assert.Contains("(12 + 6 then, 15 + 6 now, or other names or sizes)", error.Message);
    }

    [Fact]
    public void More_epochs_go_on_where_the_run_ended()
    {
        Run(Options(epochs: 1));
        var more = Options(epochs: 3) with { Resume = "auto" };
        using (var run = TrainingRun.Open(more, new HashSet<string> { "epochs" })) run.Run();
        Run(Options(output: "whole", epochs: 3));
        Assert.Equal(History(Options(output: "whole")), History(more));
    }

    private static IEnumerable<string> History(TrainingRunOptions options) =>
        File.ReadLines(new RunFolder(options.Output).History).Select(line => string.Join(',', line.Split(',')[..^2]));       // without the two timing columns
}
