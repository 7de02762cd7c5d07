using JustAlexNet.Campaigns.Frame;
using JustAlexNet.Runs;

// Campaigns measure time and take the whole machine: one test at a time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace JustAlexNet.Campaigns.Kills.Tests;

public sealed class KillCampaignTests
{
    [Fact]
    public void Runs_that_are_killed_end_as_those_that_never_were()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are those of Unix.");
        var block = Assert.Single(new Supervisor(new KillCampaign(), seed: 1, _ => { }).Run(0, 3, results: null));

        Assert.Empty(block.Faults);
        Assert.All(block.Kinds.Keys, kind => Assert.StartsWith("identical after ", kind, StringComparison.Ordinal));
        Assert.Equal(3, block.Kinds.Values.Sum());
    }

    [Fact]
    public void What_a_comparison_must_see_it_sees()
    {
        using var scratch = new Scratch();
        var whole = WholeRun.Of(TinyRun.All.Single(run => run.Name == "mixup")).Folder;
        var other = new RunFolder(scratch.At("run"));
        Directory.CreateDirectory(other.Folder);
        foreach (var file in Directory.GetFiles(whole.Folder)) File.Copy(file, Path.Combine(other.Folder, Path.GetFileName(file)));
        Assert.Empty(RunComparison.Differences(whole, other));
        Assert.Null(RunComparison.FaultOf(other, hadLatest: true, out var newest));
        Assert.Equal(3, newest!.Value.Epoch);

        Replace(other.Latest, File.ReadAllBytes(other.Previous));       // an epoch back
        File.WriteAllText(other.History, File.ReadAllText(other.History)[..^3]);
        var differences = RunComparison.Differences(whole, other);
        Assert.Contains("latest_model.pth/epoch: 3 and 2", differences);
        Assert.Contains(differences, place => place.StartsWith("latest_model.pth/model_state_dict/", StringComparison.Ordinal));
        Assert.Contains(differences, place => place.StartsWith("latest_model.pth/optimizer_state_dict/", StringComparison.Ordinal));
        Assert.Contains("history.csv differs or is not there", differences);
        Assert.StartsWith("history.csv ends in the middle of a line", RunComparison.FaultOf(other, hadLatest: true, out _), StringComparison.Ordinal);

        Replace(other.Latest, File.ReadAllBytes(other.Latest)[..^1000]);
        Assert.StartsWith("a checkpoint cannot be read: ", RunComparison.FaultOf(other, hadLatest: true, out _), StringComparison.Ordinal);
        File.Delete(other.Latest);
        Assert.Equal("latest_model.pth is gone", RunComparison.FaultOf(other, hadLatest: true, out _));
    }

    // What was read keeps its file open; another takes its name.
    private static void Replace(string path, byte[] content)
    {
        File.Delete(path);
        File.WriteAllBytes(path, content);
    }
}
