using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.Inference;
using JustAlexNet.TestSupport;
using JustAlexNet.Training;

namespace JustAlexNet.Cli.Verbs.Tests;

/// <summary>Folders that hold a run of ours are never data.</summary>
public sealed class RunInsideDataTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly string photos, inside;

    public RunInsideDataTests()
    {
        photos = Photos.Three(scratch);
        inside = Path.Combine(photos, "checkpoints");
        Assert.Equal(0, Here.Train(photos, inside, "--epochs", "1", "--precision", "fp32").Code);
    }

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void Run_in_its_own_photos_goes_on_is_measured_and_replaced()
    {
        var more = Here.Run("train", photos, "--output", inside, "--resume", "auto", "--epochs", "2");
        Assert.Equal((0, $"note: not used, left by justalexnet in {photos}: checkpoints\n"), (more.Code, more.Err));
        for (var i = 0; i < 2; i++)     // the second time beside what the first has left
            Assert.Contains("\"images\":3,", Here.Run("evaluate", photos, "--checkpoint", Path.Combine(inside, "best_model.pth"), "--json", "--output", Path.Combine(photos, "evaluation")).Out, StringComparison.Ordinal);
        Assert.Equal(12, Here.Run("predict", photos, "--checkpoint", Path.Combine(inside, "best_model.pth"), "--json").Lines.Length);
        Assert.Equal(0, Here.Train(photos, inside, "--epochs", "1", "--overwrite").Code);
    }

    [Fact]
    public void Plots_of_a_run_are_no_class_of_another_one()
    {
        Directory.CreateDirectory(Path.Combine(photos, "runs", "empty"));
        Directory.Move(inside, Path.Combine(photos, "runs", "first"));
        var answer = Here.Train(photos, scratch.At("other"), "--epochs", "1");
        Assert.Equal((0, $"note: not used, left by justalexnet in {photos}: runs\n"), (answer.Code, answer.Err));
        Assert.Equal(["cats", "dogs", "owls"], Checkpoint.Read(scratch.At("other", "best_model.pth")).Classes);
        Assert.Equal(12, PictureList.Of([photos]).Count);
    }

    [Fact]
    public void Run_among_the_photos_of_a_class_is_refused()
    {
        var among = Path.Combine(photos, "cats", "run");
        Here.Train(photos, among).IsBareRefusal(ExitCode.Failed, $"error: --output {among} lies among the photos of {Path.Combine(photos, "cats")}.", "  Name a folder outside the classes.");
        Assert.False(Directory.Exists(among));
    }
}
