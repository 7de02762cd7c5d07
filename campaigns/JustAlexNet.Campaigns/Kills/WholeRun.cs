using System.Diagnostics;
using System.Globalization;
using JustAlexNet.Runs;

namespace JustAlexNet.Campaigns.Kills;

/// <summary>A run that never stopped: what the others must end like. Made once for a build of the command, and kept.</summary>
/// <param name="Folder">Its files.</param>
/// <param name="Cache">The user's cache folder as it left it: the arithmetic of this machine is known there.</param>
/// <param name="Seconds">What it took, its start included.</param>
/// <param name="Checkpoints">How many it wrote.</param>
internal sealed record WholeRun(RunFolder Folder, string Cache, double Seconds, int Checkpoints)
{
    private const string Facts = "facts.txt";

    /// <summary>Bytes of one of them.</summary>
    public long CheckpointBytes => new FileInfo(File.Exists(Folder.Latest) ? Folder.Latest : Folder.Best).Length;

    /// <summary>The photos and weights of all runs of this build.</summary>
    public static TinyData Data { get; } = new(Path.Combine(Place, "data"));

    // A program that is built anew may compute otherwise.
    private static string Place => Path.Combine(CampaignCommand.Folder, "whole-runs", string.Create(CultureInfo.InvariantCulture, $"{File.GetLastWriteTimeUtc(Path.Combine(Path.GetDirectoryName(CommandRun.Program)!, "JustAlexNet.dll")).Ticks:x}"));

    /// <summary>The one of a run's options.</summary>
    /// <exception cref="InvalidOperationException">It does not end as it should, so that nothing can be compared with it.</exception>
    public static WholeRun Of(TinyRun run)
    {
        var place = Path.Combine(Place, run.Name);
        var (folder, cache, facts) = (new RunFolder(Path.Combine(place, "run")), Path.Combine(place, "cache"), Path.Combine(place, Facts));
        if (!File.Exists(facts)) Make(run, folder, cache, facts);
        var values = File.ReadAllText(facts).Split(' ');
        return new(folder, cache, double.Parse(values[0], CultureInfo.InvariantCulture), int.Parse(values[1], CultureInfo.InvariantCulture));
    }

    /// <summary>A cache folder that knows the arithmetic of this machine, and nothing else.</summary>
    public string NewCache(string path)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Cache, "justalexnet", "arithmetic"), "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(path, Path.GetRelativePath(Cache, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return path;
    }

    private static void Make(TinyRun run, RunFolder folder, string cache, string facts)
    {
        if (Directory.Exists(folder.Folder)) Directory.Delete(folder.Folder, recursive: true);      // of a campaign that was cut off here
        Directory.CreateDirectory(cache);
        Run(run, new RunFolder(folder.Folder + "-first"), cache);        // checks the arithmetic, which is done once, so that the other tells what a run takes
        Directory.Delete(folder.Folder + "-first", recursive: true);
        foreach (var kept in new[] { "features", "photos" }.Select(name => Path.Combine(cache, "justalexnet", name)).Where(Directory.Exists)) Directory.Delete(kept, recursive: true);
        var begin = Stopwatch.GetTimestamp();
        var checkpoints = Run(run, folder, cache);
        File.WriteAllText(facts, string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(begin).TotalSeconds:0.00} {checkpoints}"));
    }

    private static int Run(TinyRun run, RunFolder folder, string cache)
    {
        if (Directory.Exists(folder.Folder)) Directory.Delete(folder.Folder, recursive: true);
        using var watch = new FolderWatch(folder);
        using var command = new CommandRun(run.Line(Data, folder.Folder, workers: 2), cache);
        return command.Wait() == 0 ? watch.Begun : throw new InvalidOperationException($"the run '{run.Name}' without any fault does not end as it should: {command.LastWords}");
    }
}
