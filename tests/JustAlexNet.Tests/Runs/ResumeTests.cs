using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.Tests.Support;
using JustAlexNet.Training;
using JustAlexNet.Weights;
using static JustAlexNet.Recipes.CommonSettings;
using Precision = JustAlexNet.Runtime.Precision;

namespace JustAlexNet.Runs.Tests;

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
        var broken = Options(model, "broken", side).With(Resume, "auto");

        Execute(whole);
        Assert.Equal(TrainingOutcome.Interrupted, ExecuteUntil(4, broken).Outcome);      // 3 steps an epoch: in the middle of the second
        Assert.Equal(TrainingOutcome.Finished, Execute(broken).Outcome);

        Assert.Equal(Content(Files(whole).Latest), Content(Files(broken).Latest));
        Assert.Equal(Content(Files(whole).Best), Content(Files(broken).Best));
        Assert.Equal(File.ReadAllText(Files(whole).ConfusionTable), File.ReadAllText(Files(broken).ConfusionTable));
        Assert.Equal(History(whole), History(broken));
    }

    [Fact]
    public void Run_in_a_precision_that_the_device_lacks_goes_on_in_another_only_where_it_is_asked_for()
    {
        var options = Options().With(CommonSettings.Precision, Precision.Fp32).With(Device, "cpu");
        ExecuteUntil(steps: 3, options);
        var latest = Files(options).Latest;
        var root = (PickleDictionary)TorchFile.Read(latest)!;
        ((PickleDictionary)root["options"]!)["precision"] = "fp16";
        root["scaler_state_dict"] = new GradientScaler(scale: 512).ToStateDictionary();
        TorchFile.Write(latest, root);

        var asked = GoOn().With(Device, "cpu");
        Assert.Equal(
            $"{latest} is of a run in fp16, in which cpu does not compute.\n" +
            "Go on with a `device` that does, or in another precision, which changes the numbers a little: add `precision` fp32.",
            Assert.Throws<RunException>(() => Run.Open(asked)).Message);
        using var run = Run.Open(asked.With(CommonSettings.Precision, Precision.Fp32));
        Assert.Equal(("fp32", "asked for"), (run.Precision.Name, run.Precision.Reason));
        Assert.Equal(TrainingOutcome.Finished, run.Execute().Outcome);
    }

    [Fact]
    public void Precision_of_a_run_that_goes_on_was_not_asked_for()
    {
        var options = Options().With(CommonSettings.Precision, Precision.Fp32);
        ExecuteUntil(steps: 3, options);
        using var run = Run.Open(GoOn());
        Assert.Equal("as the run began", run.Precision.Reason);
        var fault = Assert.Throws<RunException>(() => Run.Open(GoOn().With(CommonSettings.Precision, Precision.Bf16)));
        Assert.Contains("`precision` bf16 (the run has fp32)", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_seed_ends_elsewhere_so_equal_ends_mean_something()
    {
        Execute(Options(output: "zero"));
        Execute(Options(output: "one").With(Seed, 1));
        Assert.NotEqual(Content(new RunFolder(Scratch.At("zero")).Latest), Content(new RunFolder(Scratch.At("one")).Latest));
    }

    [Fact]
    public void Random_state_decides_the_end_so_that_saving_it_is_needed()
    {
        Execute(Options("alexnet", "whole", 63));
        var broken = Options("alexnet", "broken", 63);
        ExecuteUntil(4, broken);
        using (var run = Run.Open(broken.With(Resume, "auto")))
        {
            Runtime.RandomState.Seed(12345);        // a resume that forgot dropout's stream
            run.Execute();
        }
        Assert.NotEqual(Content(new RunFolder(Scratch.At("whole")).Latest), Content(Files(broken).Latest));
    }

    [Fact]
    public void Stopped_twice_and_at_the_end_of_an_epoch_ends_the_same()
    {
        var broken = Options(output: "broken").With(Resume, "auto");
        Execute(Options(output: "whole"));
        ExecuteUntil(1, broken);
        ExecuteUntil(2, broken);        // the third step is the last of the epoch: its validation comes after the resume
        Execute(broken);
        Assert.Equal(Content(new RunFolder(Scratch.At("whole")).Latest), Content(Files(broken).Latest));
    }

    [Fact]
    public void The_number_of_workers_changes_nothing()
    {
        Execute(Options(output: "none").With(Workers, 0));
        Execute(Options(output: "three").With(Workers, 3));
        Assert.Equal(Unworked(Content(new RunFolder(Scratch.At("none")).Latest)), Unworked(Content(new RunFolder(Scratch.At("three")).Latest)));

        static string Unworked(string content) => string.Join('\n', content.Split('\n').Where(line => !line.StartsWith("/options/workers ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Auto_starts_anew_in_an_empty_folder_and_has_nothing_to_do_in_a_finished_one()
    {
        var options = Options(epochs: 1).With(Resume, "auto");
        using (var first = Run.Open(options))
        {
            Assert.Null(first.ResumedFrom);
            Assert.False(first.IsFinished);
            first.Execute();
        }
        using var second = Run.Open(options);
        Assert.Equal(Files(options).Latest, second.ResumedFrom);
        Assert.True(second.IsFinished);
    }

    [Fact]
    public void Auto_passes_over_a_damaged_checkpoint_and_says_so()
    {
        var options = Options().With(Resume, "auto");
        ExecuteUntil(4, options);
        var files = Files(options);
        using (var latest = new FileStream(files.Latest, FileMode.Open)) latest.SetLength(latest.Length / 2);

        using var run = Run.Open(options);

        Assert.Equal(files.Best, run.ResumedFrom);
        Assert.Contains(run.Notes, note => note.StartsWith("passed over:", StringComparison.Ordinal) && note.Contains(files.Latest));
        Assert.Equal(new TrainingPosition(1, 0), run.Position);
    }

    [Fact]
    public void Options_come_from_the_checkpoint_and_contradictions_are_named()
    {
        ExecuteUntil(1, Options().With(Seed, 3));

        using (var run = Run.Open(GoOn())) Assert.Equal((4, 3L), (run.Recipe.Get(BatchSize), run.Recipe.Get(Seed)));
        var error = Assert.Throws<RunException>(() => Run.Open(GoOn().With(BatchSize, 7).With(Seed, 9)));

        Assert.Contains("cannot go on with other options: `batch_size` 7 (the run has 4), `seed` 9 (the run has 3).", error.Message);
    }

    [Fact]
    public void Other_photos_are_refused()
    {
        ExecuteUntil(1, Options());
        var error = Assert.Throws<RunException>(() => Run.Open(Options().With(Resume, "auto").With(DataFolder, Photos(train: 5))));
        Assert.Contains("was trained on other pictures than those in", error.Message);
        Assert.Contains("(12 + 6 then, 15 + 6 now, or other names or sizes)", error.Message);
    }

    [Fact]
    public void More_epochs_go_on_where_the_run_ended()
    {
        Execute(Options(epochs: 1));
        var more = Options(epochs: 3).With(Resume, "auto");
        Execute(more);
        Execute(Options(output: "whole", epochs: 3));
        Assert.Equal(History(Options(output: "whole")), History(more));
    }

    private static IReadOnlyList<string> History(Recipe options) => RunSteps.History(Files(options));
}
