using System.Globalization;
using JustAlexNet.Campaigns.Frame;
using JustAlexNet.Campaigns.Kills;
using JustAlexNet.Cli.Tests;
using JustAlexNet.Runs;

namespace JustAlexNet.Campaigns.Disks;

/// <summary>Runs on disks that are full, become so, may not be written any more, or fail.</summary>
internal sealed class DiskCampaign : Campaign
{
    private static readonly string[] Runs = ["mixup", "finetune", "head", "early-stop"];

    public override string Name => "disk";

    public override string About =>
        "train and transfer on a disk that is full, fills up, becomes read-only, or whose writes, renames and flushes fail: an exit code that says so, whole checkpoints, and once the disk is well the same command ends bit for bit as one that never had trouble.";

    public override long StandardCount => 160;

    public override int BlockSize => 10;

    public override bool OwnProcess => false;

    public override CaseOutcome Run(CaseContext context)
    {
        var name = Runs[context.Random.Next(Runs.Length)];
        var run = TinyRun.All.Single(one => one.Name == name);
        var whole = WholeRun.Of(run);
        var place = Path.Combine(context.Folder, string.Create(CultureInfo.InvariantCulture, $"{context.Index}"));
        if (Directory.Exists(place)) Directory.Delete(place, recursive: true);      // of a case that is repeated
        Directory.CreateDirectory(place);
        using var disk = FaultOf(context, whole, place, out var absent);
        if (disk is null) return new(absent!);
        var (folder, cache) = (new RunFolder(Path.Combine(disk.Place, "run")), whole.NewCache(Path.Combine(place, "cache")));
        var first = Once(run, folder, cache, disk, out var hadLatest);
        disk.Lift();
        if (Broken(first, folder, hadLatest) is { } broken) return new($"{disk.Kind}: broken", $"{run.Name}, {disk.Details}: {broken}");
        if (first.Code == 0 && RunComparison.Differences(whole.Folder, folder) is { Count: > 0 } different)
            return new($"{disk.Kind}: differs", $"{run.Name}, {disk.Details}: exit code 0, and {string.Join(", ", different.Take(4))}");
        var again = Once(run, folder, cache, fault: null, out _);
        if (again.Code != 0) return new($"{disk.Kind}: not gone on", $"{run.Name}, {disk.Details}: exit code {first.Code}, then {again.Code}: {again.LastWords}");
        if (RunComparison.Differences(whole.Folder, folder) is { Count: > 0 } differences) return new($"{disk.Kind}: differs", $"{run.Name}, {disk.Details}: exit code {first.Code} ({first.LastWords}), gone on: {string.Join(", ", differences.Take(4))}");
        if (RunComparison.LeftOver(folder.Folder, cache) is { } left) return new($"{disk.Kind}: left", $"{run.Name}, {disk.Details}: exit code {first.Code}, gone on, and {left} is left");
        return new($"{disk.Kind}: exit code {first.Code}, then identical");
    }

    private static Ending Once(TinyRun run, RunFolder folder, string cache, DiskFault? fault, out bool hadLatest)
    {
        using var watch = new FolderWatch(folder);
        using var command = new CommandRun(run.Line(WholeRun.Data, folder.Folder, workers: 2), cache, fault?.Before ?? []);
        fault?.Happen(command, watch);
        var code = command.Wait();
        watch.Dispose();
        hadLatest = watch.HadLatest;
        return new(code, watch.Missing, command.Said, command.LastWords);
    }

    private static string? Broken(Ending end, RunFolder folder, bool hadLatest) =>
        end.Code is not (0 or 1 or 3) ? $"exit code {end.Code?.ToString(CultureInfo.InvariantCulture) ?? "none, it hangs"}: {end.LastWords}"
        : end.Said.Contains("   at ", StringComparison.Ordinal) || end.Said.Contains("does not know", StringComparison.Ordinal) ? $"it is not explained: {end.LastWords}"
        : end.Code != 0 && !end.Said.Contains("cannot ", StringComparison.Ordinal) && !end.Said.Contains("may stand in", StringComparison.Ordinal) ? $"exit code {end.Code} without a reason: {end.LastWords}"
        : end.Missing > 0 ? "latest_model.pth was missing for a moment"
        : RunComparison.FaultOf(folder, hadLatest, out _);

    // In turn, so that every kind comes as often.
    private static DiskFault? FaultOf(CaseContext context, WholeRun whole, string place, out string? absent)
    {
        var (random, mounted) = (context.Random, Path.Combine(place, "disk"));
        var (checkpoint, least) = (whole.CheckpointBytes, 4096);
        absent = null;
        TimeSpan? Later() => random.Next(2) == 0 ? null : TimeSpan.FromSeconds(random.NextDouble() * whole.Seconds);
        switch (context.Index % 8)
        {
            case 0: return Short("a small disk", $"size={random.NextInt64(least, 4 * checkpoint) / 1024}k", FilledWhileWriting.Well, out absent);
            case 1: return Short("a small disk, full beside the checkpoints", $"size={(random.Next(2, 5) * (checkpoint + 4096) + random.NextInt64(least, 120_000)) / 1024}k", FilledWhileWriting.Well, out absent);
            case 2: return Short("a disk for few files", $"size=3g,nr_inodes={random.Next(3, 18)}", "nr_inodes=1000", out absent);
            case 3: return Mounted(FilledWhileWriting.Well, out absent) is { } disk ? new FilledWhileWriting(disk, mounted, random.Next(1, Math.Max(2, whole.Checkpoints)), random.NextInt64(0, checkpoint), Later()) : null;
            case 4: return new ReadOnlyFolder(place, Path.Combine(place, "run"), TimeSpan.FromSeconds(random.NextDouble() * whole.Seconds), Later());
            default:
                if (FailingCall.Absence is { } why)
                {
                    absent = $"not done: {why}";
                    return null;
                }
                var call = SystemCall.All[random.Next(SystemCall.All.Count)];
                return new FailingCall(place, call, random.Next(1, call.Most + 1), isLasting: random.Next(2) == 0);
        }

        DiskFault? Short(string kind, string options, string well, out string? why) => Mounted(options, out why) is { } small ? new ShortOfRoom(kind, small, mounted, options, well) : null;

        SmallDisk? Mounted(string options, out string? why)
        {
            var small = SmallDisk.TryMount(mounted, options, out why);
            if (small is null) why = $"not done: {why}";
            return small;
        }
    }

    /// <summary>How a command ended.</summary>
    private sealed record Ending(int? Code, int Missing, string Said, string LastWords);
}
