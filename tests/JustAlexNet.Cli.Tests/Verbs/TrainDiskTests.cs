using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Cli.Verbs.Tests;

public sealed class TrainDiskTests
{
    [Fact]
    public void Output_that_is_a_file()
    {
        using var scratch = new Scratch();
        var file = scratch.At("run");
        File.WriteAllText(file, "kept");
        Here.Train(Photos.Three(scratch), file).IsBareRefusal(ExitCode.Failed, $"error: cannot write to the folder {file}: it is a file", "  Name another folder with --output.");
        Assert.Equal("kept", File.ReadAllText(file));
    }

    [Fact]
    public void Output_that_cannot_be_made()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc of Linux.");
        using var scratch = new Scratch();
        Here.Train(Photos.Three(scratch), "/proc/run").IsBareRefusal(ExitCode.Failed,
            "error: cannot write to the folder /proc/run: there is no such folder, and none can be made", "  Name another folder with --output.");
    }

    [Fact]
    public void Output_on_a_full_or_read_only_disk_is_refused_before_training()
    {
        using var scratch = new Scratch();
        using var disk = Disk(scratch, "1m");
        var photos = Photos.Three(scratch);
        disk.Fill();
        Here.Train(photos, disk.At("run")).IsBareRefusal(ExitCode.Failed,
            $"error: 4 checkpoints of 85 MiB may stand in {disk.At("run")}, and 0 bytes are free: too little for 2, a new one beside what it replaces.", "  Free some space (0.3 GiB is enough, 0.2 GiB the least), or name another folder with --output.");
        Assert.True(disk.Remount("size=1g"));
        Assert.True(disk.Remount("ro"));
        Here.Train(photos, disk.At("run2")).IsBareRefusal(ExitCode.Failed, $"error: cannot write to the folder {disk.At("run2")}: read-only file system", "  Name another folder with --output.");
    }

    [Fact]
    public void Disk_that_fills_up_costs_a_checkpoint_not_the_training()
    {
        using var scratch = new Scratch();
        using var disk = Disk(scratch, "200m");       // a checkpoint has 90 MB: the third finds no room beside the two before it
        var output = disk.At("run");
        var answer = Here.Train(Photos.Three(scratch), output, "--epochs", "3");
        Assert.Equal(ExitCode.NotSaved, answer.Code);
        Assert.StartsWith($"note: 4 checkpoints of 85 MiB may stand in {output}, and 0.2 GiB are free: what cannot be written is tried again later\n", answer.Err, StringComparison.Ordinal);
        Assert.Matches($@"note: cannot write {output}/(best|latest)_model\.pth: it takes 85 MiB, and \d\d MiB are free\n  Free some space, or name another place; what stood there before is untouched\.\n", answer.Err);
        Assert.Contains("Free some space, or name another folder with --output", answer.Err, StringComparison.Ordinal);
        Assert.Equal(4, File.ReadAllLines(Path.Combine(output, "history.csv")).Length);
        Assert.Equal(2, Training.Checkpoint.Read(Path.Combine(output, "latest_model.pth")).Position.Epoch);
        Assert.Empty(Directory.GetFiles(output, "*attempt*"));
        Assert.Contains("latest_model.pth", File.ReadAllText(Path.Combine(output, "run.json")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("train", "87420k"), InlineData("transfer", "43740k")]       // a checkpoint has room, and the small files beside it have not
    public void Advice_on_a_full_disk_is_the_same_run_once_more(string verb, string size)
    {
        using var scratch = new Scratch();
        using var disk = Disk(scratch, size);
        string[] options = verb == "train" ? ["--model", "resnet18", "--lr", "0.02", "--batch-size", "4", "--epochs", "1"] : ["--pretrained", ForeignWeights.Write(scratch.At("resnet18.pth")), "--views", "2", "--no-cache"];
        var answer = Here.Run([verb, Photos.Three(scratch), .. options, "--seed", "7", "--image-size", "64", "--output", disk.At("my run")]);
        Assert.True(answer.Code == ExitCode.NotSaved, answer.Err);
        Assert.DoesNotContain("next  ", answer.Out, StringComparison.Ordinal);
        var advice = PrintedCommand.In(answer.Err, "then: ");
        Assert.Empty(Directory.GetFiles(disk.At("my run"), "*.pth"));

        Assert.True(disk.Remount("size=1g"));
        var again = Here.Run(PrintedCommand.Words(advice));
        Assert.True(again.Code == 0, again.Err);
        Assert.Equal(("resnet18", 7L, verb == "train" ? (object)0.02 : 2L), Recorded(Path.Combine(disk.At("my run"), "best_model.pth"), verb == "train" ? "lr" : "views"));
    }

    // Apart, so that nothing refers to the checkpoint when the disk goes.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static (string, object?, object?) Recorded(string path, string option)
    {
        var checkpoint = Training.Checkpoint.Read(path);
        return (checkpoint.Arch, checkpoint.Options["seed"], checkpoint.Options[option]);
    }

    private static SmallDisk Disk(Scratch scratch, string size)
    {
        var disk = SmallDisk.TryMount(scratch.At("disk"), $"size={size}", out var why);
        if (disk is null) Assert.Skip(why!);
        return disk;
    }
}
