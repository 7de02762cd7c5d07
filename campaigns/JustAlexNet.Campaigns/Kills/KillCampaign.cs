using System.Globalization;
using JustAlexNet.Campaigns.Frame;
using JustAlexNet.Runs;
using JustAlexNet.Training;

namespace JustAlexNet.Campaigns.Kills;

/// <summary>Runs that are killed, and go on by the same command.</summary>
internal sealed class KillCampaign : Campaign
{
    public override string Name => "kill";

    public override string About => "train and transfer, killed by SIGKILL at random moments, often while they write, and begun again by the same command: each ends bit for bit as one that never stopped, and no checkpoint is ever damaged or missing.";

    public override long StandardCount => 200;

    public override int BlockSize => 10;

    public override bool OwnProcess => false;

    public override CaseOutcome Run(CaseContext context)
    {
        var (run, random) = (TinyRun.All[(int)(context.Index % TinyRun.All.Count)], context.Random);
        var whole = WholeRun.Of(run);
        var place = Path.Combine(context.Folder, string.Create(CultureInfo.InvariantCulture, $"{context.Index}"));
        if (Directory.Exists(place)) Directory.Delete(place, recursive: true);      // of a case that is repeated
        var (folder, cache, planned) = (new RunFolder(Path.Combine(place, "run")), whole.NewCache(Path.Combine(place, "cache")), random.Next(10) switch { < 5 => 1, < 8 => 2, < 9 => 3, _ => 5 });
        var (kills, writing, hadLatest, reached) = (0, 0, false, (TrainingPosition?)null);
        while (true)
        {
            var (workers, moment) = (random.Next(5), kills < planned ? KillMoment.Draw(random, whole) : null);
            using var watch = new FolderWatch(folder);
            using var command = new CommandRun(run.Line(WholeRun.Data, folder.Folder, workers), cache);
            var isKilled = moment?.Execute(command, watch) == true;
            var code = command.Wait();
            watch.Dispose();
            hadLatest |= watch.HadLatest;
            if (Wrong(isKilled, code, watch, command) is { } wrong) return new($"{run.Name}: went wrong", $"after {kills} kills, {moment}: {wrong}");
            if (!isKilled) break;
            kills++;
            if (FolderWatch.AttemptsIn(folder.Folder).Length > 0) writing++;
            var fault = RunComparison.FaultOf(folder, hadLatest, out var newest);
            if (fault is null && reached is { } before && !(newest is { } now && (now.Epoch, now.Step).CompareTo((before.Epoch, before.Step)) >= 0)) fault = $"the newest checkpoint is at {newest}, it was at {before}";
            if (fault is not null) return new($"{run.Name}: broken by a kill", $"kill {kills}, {moment}: {fault}");
            reached = newest;
        }
        var differences = RunComparison.Differences(whole.Folder, folder);
        var left = RunComparison.LeftOver(folder.Folder, cache);
        Directory.Delete(place, recursive: true);
        GC.Collect();       // a checkpoint that was looked at keeps its file until then
        GC.WaitForPendingFinalizers();
        var kind = $"identical after {kills} kills, {writing} of them while a checkpoint was written";
        return differences.Count > 0 ? new($"{run.Name}: differs", $"after {kills} kills: {string.Join(", ", differences.Take(5))}") : left is not null ? new(kind, $"after {kills} kills the run that is done leaves {left}") : new(kind);
    }

    private static string? Wrong(bool isKilled, int? code, FolderWatch watch, CommandRun command) =>
        watch.Missing > 0 ? "latest_model.pth was missing for a moment"
        : code is null ? $"it hangs: {command.LastWords}"
        : !isKilled && code != 0 ? string.Create(CultureInfo.InvariantCulture, $"exit code {code}: {command.LastWords}")
        : command.Said.Contains("passed over: ", StringComparison.Ordinal) ? $"a checkpoint was passed over: {command.LastWords}" : null;
}
