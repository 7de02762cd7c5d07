using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;
using JustAlexNet.Training;

namespace JustAlexNet.Cli.Verbs.Tests;

/// <summary>A run that goes on in another folder than its own.</summary>
public sealed class ResumeElsewhereTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly string photos, first, other;

    public ResumeElsewhereTests()
    {
        photos = Photos.Three(scratch);
        (first, other) = (Path.Combine(scratch.Folder, "A"), Path.Combine(scratch.Folder, "B"));
    }

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("fp32"), InlineData("bf16")]
    public void Best_model_comes_along_into_a_new_folder(string precision)
    {
        Assert.Equal(0, Here.Train(photos, first, "--epochs", "2", "--precision", precision).Code);
        var answer = GoOn("--epochs", "3", "--lr", "0.01");
        Assert.Equal(("", 0), (answer.Err, answer.Code));
        Assert.EndsWith($"\nnext  justalexnet predict PHOTO --checkpoint {other}/best_model.pth\n", answer.Out, StringComparison.Ordinal);
        var history = Checkpoint.Read(Path.Combine(other, "latest_model.pth")).History;
        var best = history.MaxBy(record => (record.ValTop1, -record.ValLoss))!;
        Assert.Equal(best.Epoch, Checkpoint.Read(Path.Combine(other, "best_model.pth")).Position.Epoch);
        Assert.True(File.Exists(Path.Combine(other, "confusion_matrix.png")));
        Assert.Equal(0, Here.Run("predict", photos, "--checkpoint", Path.Combine(other, "best_model.pth")).Code);
    }

    [Fact]
    public void Best_model_that_is_not_beside_the_checkpoint_is_not_recommended()
    {
        Assert.Equal(0, Here.Train(photos, first, "--epochs", "3", "--precision", "bf16").Code);
        var best = Checkpoint.Read(Path.Combine(first, "best_model.pth"));
        Assert.SkipWhen(best.Position.Epoch == 3, "The last epoch is the best here, and so the checkpoint itself is.");
        File.Delete(best.Path);
        var answer = GoOn("--epochs", "3");
        var note = $"note: epoch {best.Position.Epoch}, the best so far, is not in {first}/best_model.pth, which is missing: it counts, but only a better one will be saved\n";
        Assert.Equal(0, answer.Code);       // finished: nothing to do
        Assert.StartsWith($"{note}note: {first}/latest_model.pth is the end of its run", answer.Err, StringComparison.Ordinal);

        answer = GoOn("--epochs", "4");
        Assert.Equal(0, answer.Code);
        Assert.StartsWith(note, answer.Err, StringComparison.Ordinal);
        if (File.Exists(Path.Combine(other, "best_model.pth"))) return;
        Assert.Contains($"epoch {best.Position.Epoch}   not in this folder\n", answer.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("next  ", answer.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("confusion_matrix.png", answer.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Best_model_that_is_missing_is_written_again_from_a_last_epoch_that_is_it_and_paths_stay_as_given()
    {
        Assert.Equal(0, Here.Train(photos, first, "--epochs", "1").Code);
        var (before, best) = (Environment.CurrentDirectory, Path.Combine(first, "best_model.pth"));
        foreach (var spoil in new Action[] { () => File.Delete(best), () => File.WriteAllText(best, "damaged") })
        {
            spoil();
            var missing = File.Exists(best) ? "" : ", which is missing";
            try
            {
                Environment.CurrentDirectory = scratch.Folder;
                var answer = Here.Run("train", "photos", "--resume", "A/latest_model.pth", "--output", "A");
                Assert.Equal((0, $"note: epoch 1, the best so far, is not in A/best_model.pth{missing}; A/latest_model.pth holds it too and is taken for it\n"), (answer.Code, answer.Err));
                Assert.EndsWith("\nnext  justalexnet predict PHOTO --checkpoint A/best_model.pth\n", answer.Out, StringComparison.Ordinal);
                Assert.Contains("nothing to do", Here.Run("train", "photos", "--resume", "A/latest_model.pth", "--output", "A").Err, StringComparison.Ordinal);
            }
            finally
            {
                Environment.CurrentDirectory = before;
            }
            Assert.Equal(File.ReadAllBytes(Path.Combine(first, "latest_model.pth")), File.ReadAllBytes(best));
        }
    }

    [Fact]
    public void Checkpoint_that_is_a_link_has_its_best_model_beside_the_real_one()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        Assert.Equal(0, Here.Train(photos, first, "--epochs", "1").Code);
        File.Delete(Path.Combine(first, "best_model.pth"));
        File.CreateSymbolicLink(scratch.At("link.pth"), Path.Combine(first, "latest_model.pth"));
        Assert.StartsWith($"note: epoch 1, the best so far, is not in {first}/best_model.pth, which is missing; {scratch.At("link.pth")} holds it too", Here.Run("train", photos, "--resume", scratch.At("link.pth"), "--output", other, "--epochs", "2").Err, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_left_to_do_leaves_no_folder()
    {
        Assert.Equal(0, Here.Train(photos, first, "--epochs", "1").Code);
        var answer = GoOn();
        Assert.Equal((0, $"note: {first}/latest_model.pth is the end of its run (epochs: 1 done, 1 asked for): nothing to do. More epochs: --epochs N.\n"), (answer.Code, answer.Err));
        Assert.False(Directory.Exists(other));
    }

    [Fact]
    public void Folder_of_another_run_is_replaced_only_when_told_so_and_then_as_a_whole()
    {
        Assert.Equal(0, Here.Train(photos, first, "--epochs", "1").Code);
        Assert.Equal(0, Here.Run("train", photos, "--model", "resnet34", "--image-size", "64", "--seed", "5", "--epochs", "1", "--output", other).Code);
        var before = File.ReadAllBytes(Path.Combine(other, "latest_model.pth"));

        GoOn("--epochs", "2").IsBareRefusal(ExitCode.Failed,
            $"error: {other} holds a run already, another than that of {first}/latest_model.pth; it is left as it is.", "  Pass --overwrite to replace it, or --output for another folder.");
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(other, "latest_model.pth")));

        Assert.Equal(0, GoOn("--epochs", "2", "--overwrite").Code);
        Assert.All(Directory.GetFiles(other, "*.pth"), file => Assert.Equal("resnet18", Checkpoint.Read(file).Arch));
        Assert.Equal(3, File.ReadAllLines(Path.Combine(other, "history.csv")).Length);
        Here.Run("train", photos, "--resume", Path.Combine(other, "latest_model.pth"), "--output", other, "--overwrite").IsBareRefusal(
            ExitCode.Failed, "error: --resume and --overwrite exclude each other: one continues the run in the folder, the other deletes it.");
    }

    [Fact]
    public void Fine_tuning_goes_on_in_a_new_folder_with_its_best_model_and_not_in_that_of_another_run()
    {
        string[] line = ["transfer", photos, "--pretrained", ForeignWeights.Write(scratch.At("resnet18.pth")), "--image-size", "64", "--no-cache", "--mode", "finetune", "--epochs", "1"];
        Assert.Equal(0, Here.Run([.. line, "--output", first]).Code);
        string[] goOn = ["transfer", photos, "--mode", "finetune", "--resume", Path.Combine(first, "latest_model.pth"), "--output", other];
        Assert.Equal(0, Here.Run(goOn).Code);
        Assert.Equal(File.ReadAllBytes(Path.Combine(first, "best_model.pth")), File.ReadAllBytes(Path.Combine(other, "best_model.pth")));
        Assert.True(File.Exists(Path.Combine(other, "final_model.pth")));
        Assert.StartsWith($"error: {other} holds a run already", Here.Run([.. line, "--output", other]).Err, StringComparison.Ordinal);
        Assert.Equal(0, Here.Train(photos, Path.Combine(scratch.Folder, "C"), "--epochs", "1").Code);
        Assert.StartsWith($"error: {Path.Combine(scratch.Folder, "C")} holds a run already, another than that of ", Here.Run([.. goOn[..^1], Path.Combine(scratch.Folder, "C")]).Err, StringComparison.Ordinal);
    }

    private Answer GoOn(params string[] more) => Here.Run(["train", photos, "--resume", Path.Combine(first, "latest_model.pth"), "--output", other, .. more]);
}
