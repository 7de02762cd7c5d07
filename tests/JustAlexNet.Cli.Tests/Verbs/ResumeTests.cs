using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.Models;
using JustAlexNet.Recipes;
using JustAlexNet.Settings;
using JustAlexNet.TestSupport;
using JustAlexNet.Training;

namespace JustAlexNet.Cli.Verbs.Tests;

public sealed class ResumeTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Auto_starts_afresh_then_has_nothing_to_do_then_goes_on_for_more_epochs()
    {
        var (photos, output) = (Photos.Three(scratch), Path.Combine(scratch.Folder, "run"));
        var first = Here.Train(photos, output, "--epochs", "1", "--resume", "auto");
        Assert.Equal((0, ""), (first.Code, first.Err));

        Here.Run("train", photos, "--output", output, "--resume", "auto").IsBareRefusal(
            ExitCode.Done, $"note: {output}/latest_model.pth is the end of its run (epochs: 1 done, 1 asked for): nothing to do. More epochs: --epochs N.");

        var more = Here.Run("train", photos, "--output", output, "--resume", "auto", "--epochs", "2");
        Assert.Equal(0, more.Code);
        Assert.Contains($"\ngoing on from {output}/latest_model.pth: 1 epoch and 0 steps of the next done\n", more.Out, StringComparison.Ordinal);
        Assert.Equal(3, File.ReadAllLines(Path.Combine(output, "history.csv")).Length);
    }

    [Fact]
    public void Auto_passes_over_a_damaged_checkpoint_and_says_so()
    {
        var (photos, output) = (Photos.Three(scratch), Path.Combine(scratch.Folder, "run"));
        Assert.Equal(0, Here.Train(photos, output, "--epochs", "1").Code);
        Cut(Path.Combine(output, "latest_model.pth"));
        var answer = Here.Run("train", photos, "--output", output, "--resume", "auto", "--epochs", "1");
        Assert.Equal(0, answer.Code);
        Assert.Contains($"{output}/best_model.pth is the end of its run", answer.Err, StringComparison.Ordinal);

        Cut(Path.Combine(output, "best_model.pth"));
        Here.Run("train", photos, "--output", output, "--resume", "auto").IsBareRefusal(ExitCode.Failed,
            $"error: no checkpoint in {output} is whole:",
            $"  cannot read {output}/latest_model.pth: its zip archive is truncated or has no readable directory.",
            $"  cannot read {output}/best_model.pth: its zip archive is truncated or has no readable directory.",
            "  Pass --overwrite instead of --resume to start anew.");
    }

    [Theory]
    [InlineData("alexnet")]
    [InlineData("densenet121")]
    public void Interrupted_and_resumed_ends_with_the_bits_of_the_uninterrupted_run(string network)
    {
        var photos = Photos.Three(scratch);
        string whole = Path.Combine(scratch.Folder, "whole"), parts = Path.Combine(scratch.Folder, "parts");
        string[] line = ["train", photos, "--model", network, "--image-size", "64", "--batch-size", "3", "--epochs", "1", "--augment", "standard"];
        Assert.Equal(0, Here.Run([.. line, "--output", whole]).Code);

        Interrupt(new Recipe(TrainSettings.Schema)
        {
            { CommonSettings.DataFolder, photos }, { TrainSettings.Model, ModelCatalogue.Find(network)! }, { TrainSettings.ImageSize, 64 }, { CommonSettings.BatchSize, 3 },
            { CommonSettings.Output, parts }, { Data.AugmentationSettings.Augment, ["standard"] }, { CommonSettings.Epochs, 1 },
        }, afterStep: 2);
        Assert.Equal((0, 2), (Checkpoint.Read(Path.Combine(parts, "latest_model.pth")).Position.Epoch, Checkpoint.Read(Path.Combine(parts, "latest_model.pth")).Position.Step));
        Assert.NotEmpty(SameCheckpoint.Differences(Path.Combine(whole, "latest_model.pth"), Path.Combine(parts, "latest_model.pth")));

        Assert.Equal(0, Here.Run("train", photos, "--output", parts, "--resume", "auto").Code);
        Assert.Empty(SameCheckpoint.Differences(Path.Combine(whole, "latest_model.pth"), Path.Combine(parts, "latest_model.pth")));
        Assert.Equal(File.ReadAllText(Path.Combine(whole, "confusion_matrix.csv")), File.ReadAllText(Path.Combine(parts, "confusion_matrix.csv")));
    }

    private static void Interrupt(Recipe recipe, int afterStep)
    {
        using var stop = new CancellationTokenSource();
        using var run = Runs.Run.Open(recipe);
        run.Add(new StopAfter(afterStep, stop));
        Assert.Equal(TrainingOutcome.Interrupted, run.Execute(stop.Token).Outcome);
    }

    // A file of its own: the best epoch's may share its bytes.
    private static void Cut(string path)
    {
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        File.WriteAllBytes(path, bytes[..100_000]);
    }

    private sealed class StopAfter(int step, CancellationTokenSource stop) : TrainingListener
    {
        public override void StepDone(Trainer trainer)
        {
            if (trainer.Position.Step == step) stop.Cancel();
        }
    }
}
