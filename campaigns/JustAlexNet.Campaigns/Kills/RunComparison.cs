using JustAlexNet.Cli.Tests;
using JustAlexNet.Runs;
using JustAlexNet.Training;

namespace JustAlexNet.Campaigns.Kills;

/// <summary>What a run's folder must hold at every moment, and at the end.</summary>
internal static class RunComparison
{
    private const int Seconds = 8, PhotosPerSecond = 9;

    /// <summary>Where two runs that ended differ: weights, optimiser and random states, history without times, confusion matrix. Empty: nowhere.</summary>
    public static IReadOnlyList<string> Differences(RunFolder whole, RunFolder other)
    {
        var differences = new List<string>();
        foreach (var (expected, found) in new[] { (whole.Latest, other.Latest), (whole.Best, other.Best), (whole.Final, other.Final) })
            if (File.Exists(expected) != File.Exists(found)) differences.Add($"{found} is {(File.Exists(found) ? "" : "not ")}there");
            else if (File.Exists(expected)) differences.AddRange(SameCheckpoint.Differences(expected, found, "workers", "cache").Select(place => $"{Path.GetFileName(found)}{place}"));
        foreach (var (expected, found) in new[] { (whole.ConfusionTable, other.ConfusionTable), (whole.Classes, other.Classes) })
            if (!File.Exists(found) || File.ReadAllText(expected) != File.ReadAllText(found)) differences.Add($"{Path.GetFileName(found)} differs or is not there");
        if (!File.Exists(other.History) || !History(whole).SequenceEqual(History(other))) differences.Add($"{Path.GetFileName(other.History)} differs or is not there");
        return differences;
    }

    /// <summary>What is not as it must be at any moment: a checkpoint that cannot be read, half a line, none any more.</summary>
    /// <param name="folder">Need not be there.</param>
    /// <param name="hadLatest">Whether there was a <c>latest_model.pth</c> at some moment.</param>
    /// <param name="newest">How far the newest whole checkpoint is; null where there is none.</param>
    public static string? FaultOf(RunFolder folder, bool hadLatest, out TrainingPosition? newest)
    {
        newest = folder.NewestCheckpoint(out var damaged)?.Position;
        if (damaged.Count > 0) return $"a checkpoint cannot be read: {damaged[0]}";
        if (hadLatest && !File.Exists(folder.Latest)) return "latest_model.pth is gone";
        if (hadLatest && newest is null) return "no checkpoint is left";
        foreach (var table in new[] { folder.History, folder.ConfusionTable, folder.Classes, folder.Record, folder.Recipe }.Where(File.Exists))
            if (File.ReadAllText(table) is var text && !text.EndsWith('\n')) return $"{Path.GetFileName(table)} ends in the middle of a line: {text.Length} characters";
        return File.Exists(folder.History) && File.ReadLines(folder.History).Any(line => line.Split(',').Length != File.ReadLines(folder.History).First().Split(',').Length) ? "a line of history.csv is cut off" : null;
    }

    /// <summary>What a run that is done may not leave: half-written files, claims.</summary>
    public static string? LeftOver(params IEnumerable<string> folders) => folders.Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)).FirstOrDefault(file => file.EndsWith(".justalexnet-attempt", StringComparison.Ordinal) || Path.GetFileName(file).StartsWith(".justalexnet.", StringComparison.Ordinal));

    private static IEnumerable<string> History(RunFolder folder) => File.ReadLines(folder.History).Select(line => string.Join(',', line.Split(',').Where((_, column) => column is not (Seconds or PhotosPerSecond))));
}
