using JustAlexNet.Imaging;
using JustAlexNet.Transfer;

namespace JustAlexNet.Runs;

/// <summary>Compares what the checkpoints of a run take with what is free, before it begins.</summary>
/// <param name="Each">Bytes of one.</param>
/// <param name="Fewest">How many must stand there at once for the run to end: a new one is written beside what it replaces.</param>
/// <param name="Most">How many stand there at most: the newest, the one before, the best, and the one that is being written.</param>
internal sealed record CheckpointRoom(long Each, int Fewest, int Most)
{
    /// <summary>Of a network that learns.</summary>
    public static CheckpointRoom Of(long each, int epochs) => epochs == 1 ? new(each, 1, 2) : new(each, 2, 4);

    /// <summary>Of a head: the best and the last, which share their bytes where it learns at once.</summary>
    public static CheckpointRoom OfHead(long each, HeadKind kind) => kind == HeadKind.Logistic ? new(each, 1, 1) : new(each, 2, 2);

    /// <summary>Bytes that are free in a folder, with those of checkpoints that the run replaces; null where that is not known.</summary>
    public static long? FreeIn(RunFolder folder, Func<string, long?> freeSpace) =>
        freeSpace(folder.Folder) is { } free ? free + Replaced(folder).Sum(file => file.Length) : null;

    // Two names of one file, which have their time in common too, free its bytes once.
    private static IEnumerable<FileInfo> Replaced(RunFolder folder) =>
        new[] { folder.Latest, folder.Previous, folder.Best, folder.Final }.Where(File.Exists).Select(file => new FileInfo(file)).DistinctBy(file => (file.Length, file.LastWriteTimeUtc));

    /// <summary>Refuses what cannot fit.</summary>
    /// <returns>A sentence for what may not; null where it fits, or where nothing is known.</returns>
    /// <exception cref="RunException">It cannot fit.</exception>
    public string? Require(RunFolder folder, Func<string, long?> freeSpace)
    {
        if (FreeIn(folder, freeSpace) is not { } free || free >= Most * Each) return null;
        var facts = $"{Counted.Of(Most, "checkpoint")} of {Counted.Bytes(Each)} may stand in {folder.Folder}, and {Counted.Bytes(free)} are free";
        return free < Fewest * Each
            ? throw new RunException($"{facts}: too little for {(Fewest == 1 ? "one" : $"{Fewest}, a new one beside what it replaces")}.\nFree some space ({Counted.Bytes(Most * Each)} is enough, {Counted.Bytes(Fewest * Each)} the least), or {OutputFolder.Elsewhere}.")
            : $"{facts}: what cannot be written is tried again later";
    }
}
