using JustAlexNet.Files;
using JustAlexNet.Inference;
using JustAlexNet.Training;
using JustAlexNet.Weights;

namespace JustAlexNet.Runs;

/// <summary>The best epoch of a run that goes on: which file holds it, and how it comes into the run's folder.</summary>
/// <remarks>
/// <c>best_model.pth</c> beside the checkpoint need not be it: the program may have ended between two files, or the checkpoint was carried elsewhere alone.
/// A checkpoint that stands at its best epoch is the best model itself.
/// </remarks>
internal sealed class BestSoFar
{
    private readonly Checkpoint from;
    private readonly EpochRecord? best;
    private readonly RunFolder beside;
    private readonly string? source;

    /// <param name="from">The checkpoint that the run goes on from.</param>
    public BestSoFar(Checkpoint from)
    {
        var history = new EpochHistory(patience: 0, minimumDelta: 0);
        history.Begin(from.Before);
        foreach (var record in from.History) history.Add(record);
        (this.from, best, beside) = (from, history.Best, FolderOf(from.Path));
        if (best is not null) source = StandsBeside(best) ? beside.Best : Is(from, best) ? from.Path : null;
    }

    /// <summary>What a person should know: that the best epoch is not in its file, and what comes of that; null where all is well.</summary>
    public string? Note
    {
        get
        {
            if (best is null || source == beside.Best) return null;
            var place = $"epoch {best.Epoch}, the best so far, is not in {beside.Best}{(File.Exists(beside.Best) ? "" : ", which is missing")}";
            return source is null ? $"{place}: it counts, but only a better one will be saved" : $"{place}; {source} holds it too and is taken for it";
        }
    }

    /// <summary>Whether the best model stands in another file of a folder than its own, from which it is written again.</summary>
    public bool IsAstray(RunFolder folder) => source is not null && source != beside.Best && folder.Holds(source);

    /// <summary>Puts the best model and its confusion matrix where the run goes on, unless they are there.</summary>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission is missing.</exception>
    public void Bring(RunFiles files)
    {
        var (here, isHere) = (files.Folder, files.Folder.Holds(from.Path));
        if (isHere && Path.GetFileName(from.Path) == Path.GetFileName(here.Latest)) files.LatestAt = from.Position;
        if (source is null) return;
        if (!isHere && source == beside.Best)
            foreach (var (table, target) in new[] { (beside.ConfusionTable, here.ConfusionTable), (beside.ConfusionPicture, here.ConfusionPicture) })
                if (File.Exists(table)) Copy(table, target);
        if (!isHere || source != beside.Best) Copy(source, here.Best);
        files.HasBest = true;
    }

    /// <summary>Copies a file as a whole.</summary>
    public static void Copy(string source, string target)
    {
        using var read = File.OpenRead(source);
        AtomicFile.Write(target, read.CopyTo);
    }

    // As the caller names it, unless the checkpoint is a link to one that stands elsewhere.
    private static RunFolder FolderOf(string checkpoint)
    {
        var (named, real) = (Path.GetDirectoryName(checkpoint) ?? "", Path.GetDirectoryName(RealPath.Resolve(checkpoint) ?? Path.GetFullPath(checkpoint))!);
        return new(RealPath.Resolve(named.Length > 0 ? named : ".") == real ? named : real);
    }

    private bool StandsBeside(EpochRecord record)
    {
        try
        {
            return File.Exists(beside.Best) && Is(Checkpoint.Read(beside.Best), record);
        }
        catch (WeightsException)
        {
            return false;       // damaged: not the best model, whatever it was
        }
    }

    private static bool Is(Checkpoint checkpoint, EpochRecord record) =>
        checkpoint.Position == new TrainingPosition(record.Epoch, 0) && (record.Epoch == 0 ? checkpoint.Before == record : checkpoint.History is { Count: > 0 } history && history[^1] == record);
}
