using JustAlexNet.Files;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Recipes;
using JustAlexNet.Reports;
using JustAlexNet.Training;
using JustAlexNet.Weights;

namespace JustAlexNet.Runs;

/// <summary>Writes the files of a run: checkpoints, history, curves, confusion matrix.</summary>
/// <remarks>A file that cannot be written does not stop the run: it is noted in <see cref="Failures"/> until a later attempt succeeds. Of one thread at a time: while another writes, <see cref="RunFilesListener"/> keeps everybody off.</remarks>
/// <param name="folder">Where they stand.</param>
/// <param name="identity">What all checkpoints of the run have in common.</param>
/// <param name="title">What the pictures say of the run.</param>
/// <param name="failed">Told of every failure.</param>
/// <param name="byteOrderMark">Whether tables begin with one, for Excel.</param>
internal sealed class RunFiles(RunFolder folder, CheckpointIdentity identity, string title, Action<string> failed, bool byteOrderMark = false)
{
    private readonly Dictionary<string, string> failures = [];
    private readonly List<string> unsaid = [];
    private Action? postponed;
    private ConfusionMatrix? unwritten;
    private bool isQuiet;

    public RunFolder Folder => folder;

    /// <summary>What every model of the run says of itself.</summary>
    public CheckpointIdentity Identity => identity;

    /// <summary>Whether the folder is this run's already: false while an earlier run stands there that the first file will replace.</summary>
    public bool HasBegun => postponed is null;

    /// <summary>Whether <see cref="RunFolder.Best"/> is the best epoch of this run.</summary>
    public bool HasBest { get; set; }

    /// <summary>The state that <see cref="RunFolder.Latest"/> holds; null where it is none of this run.</summary>
    public TrainingPosition? LatestAt { get; set; }

    /// <summary>Whether the best epoch of this run can be read from <see cref="RunFolder.Best"/>.</summary>
    public bool HasSavedBest => HasBest && !failures.ContainsKey(folder.Best);

    /// <summary>What the setting `resume` takes to go on; null where no checkpoint of this run can be gone on from.</summary>
    public string? ResumeFrom =>
        LatestAt is null && !failures.ContainsKey(folder.Latest) ? null
        : !failures.ContainsKey(folder.Latest) ? folder.Latest
        : HasBegun && folder.NewestCheckpoint(out _) is not null ? CommonSettings.Newest : null;

    /// <summary>Files whose newest content could not be written, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Failures => failures;

    /// <summary>Leaves the folder as it is until there is something to put in its place: these come before the first file that is written.</summary>
    public void Postpone(Action firstFiles) => postponed = firstFiles;

    /// <summary>Bytes that may be written in the folder; null where that is not known.</summary>
    public Func<string, long?> FreeSpace { get; init; } = DiskSpace.FreeIn;

    /// <summary>Whether failures are kept to be told later, since nobody may be told from another thread; setting it to false tells them.</summary>
    public bool IsQuiet
    {
        get => isQuiet;
        set
        {
            isQuiet = value;
            if (isQuiet) return;
            foreach (var why in unsaid) failed(why);
            unsaid.Clear();
        }
    }

    /// <summary>Writes a model that stands by itself: the best so far, or a head.</summary>
    public void Save(string path, Func<CheckpointState> stateOf) => Try(path, () =>
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        Write(path, Checkpoint.Compose(stateOf(), identity));
        if (path == folder.Best) HasBest = true;
    });

    /// <summary>Writes the state of a run in the place of <see cref="RunFolder.Latest"/>; what stood there becomes <see cref="RunFolder.Previous"/>.</summary>
    /// <param name="state">What the file holds.</param>
    /// <param name="at">How far the run is.</param>
    /// <param name="isBest">Whether it is the best epoch too: <see cref="RunFolder.Best"/> comes first, and both share their bytes.</param>
    /// <returns>Whether it is saved, in both places where it is the best.</returns>
    public bool SaveLatest(PickleDictionary state, TrainingPosition at, bool isBest)
    {
        var isShared = isBest && Try(folder.Best, () => Write(folder.Best, state));
        HasBest |= isShared;
        var isSaved = Try(folder.Latest, () =>
        {
            if (isShared)
            {
                KeepPrevious();
                AtomicFile.Share(folder.Best, folder.Latest);
            }
            else Write(folder.Latest, state, replacing: KeepPrevious);
            LatestAt = at;
        });
        return isSaved && isShared == isBest;
    }

    /// <summary>Writes table and picture of the best epoch.</summary>
    public void WriteConfusion(ConfusionMatrix confusion)
    {
        var words = new ConfusionMatrixTexts();
        var isWritten = Try(folder.ConfusionTable, () => ConfusionMatrixCsv.Save(confusion, folder.ConfusionTable, byteOrderMark));
        if (ConfusionMatrixPicture.Absence(confusion.Classes) is null) isWritten &= Try(folder.ConfusionPicture, () => ConfusionMatrixPicture.Save(confusion, folder.ConfusionPicture,
            words with { Title = Titled(words.Title), Names = new ClassNames(identity.Classes, identity.DisplayNames).Readable }));
        unwritten = isWritten ? null : confusion;
    }

    /// <summary>Tries once more what <see cref="WriteConfusion"/> could not write: no later epoch may be the best.</summary>
    public void WriteConfusionAgain()
    {
        if (unwritten is { } confusion) WriteConfusion(confusion);
    }

    /// <summary>Whether the table of the best epoch is to be measured anew: it is not there, or another epoch's, and nobody has it in memory. A run may have ended on a full disk.</summary>
    public bool LacksConfusionOf(EpochRecord best)
    {
        if (unwritten is not null) return false;
        try
        {
            return !File.Exists(folder.ConfusionTable) || best.Epoch > 0 && ConfusionMatrixCsv.Load(folder.ConfusionTable) is var table && Math.Abs(table.Correct - best.ValTop1 * table.Total) > 0.01;
        }
        catch (EvaluationFileException)
        {
            return true;
        }
    }

    /// <summary>The table of epochs as it stands in <see cref="RunFolder.History"/>.</summary>
    public string HistoryText(IReadOnlyList<EpochRecord> history, int k) => (byteOrderMark ? Csv.ByteOrderMark : "") + HistoryFile.Format(history, k);

    /// <summary>Writes table and curves.</summary>
    /// <param name="history">The epochs.</param>
    /// <param name="k">Of the top-k accuracy.</param>
    /// <param name="best">The epoch to mark.</param>
    /// <param name="trainedLoss">What the training loss is where it is not that of validation.</param>
    public void WriteHistory(IReadOnlyList<EpochRecord> history, int k, EpochRecord? best, string? trainedLoss = null)
    {
        Try(folder.History, () => AtomicFile.Write(folder.History, HistoryText(history, k)));
        var points = history.Select(r => new EpochPoint(r.Epoch, r.TrainLoss, r.TrainTop1, r.ValLoss, r.ValTop1)).ToList();
        var words = new TrainingCurvesTexts();
        if (trainedLoss is not null) words = words with { Loss = $"Loss (training: {trainedLoss}, validation: cross-entropy)" };
        Try(folder.Curves, () => TrainingCurves.Save(points, folder.Curves, best is { Epoch: > 0 } ? best.Epoch : null, words with { Title = Titled(words.Title) }));
    }

    // Said before something is begun that cannot end; what is full all the same says so itself.
    private void Write(string path, PickleDictionary content, Action? replacing = null)
    {
        if (FreeSpace(folder.Folder) is { } free && Checkpoint.BytesOf(content) is var need && need > free)
            throw new RunException($"cannot write {path}: it takes {Counted.Bytes(need)}, and {Counted.Bytes(free)} are free\n  Free some space, or name another place; what stood there before is untouched.");
        TorchFile.Write(path, content, replacing);
    }

    // Only what is known to be whole: it replaces the last one that was.
    private void KeepPrevious()
    {
        if (LatestAt is not null && File.Exists(folder.Latest)) Try(folder.Previous, () => AtomicFile.Share(folder.Latest, folder.Previous));
    }

    // Pictures are looked at beside those of other runs.
    private string Titled(string what) => $"{what}: {title}";

    // Once: what comes first may write by the same rule.
    private void Begin()
    {
        if (postponed is not { } first) return;
        postponed = null;
        try
        {
            first();
        }
        catch
        {
            postponed = first;
            throw;
        }
    }

    /// <summary>Notes that a file could not be written.</summary>
    public void Fail(string path, string why)
    {
        failures[path] = why;
        if (isQuiet) unsaid.Add(why);
        else failed(why);
    }

    /// <summary>Writes something else of the run under the same rule.</summary>
    /// <returns>Whether it is written.</returns>
    public bool Try(string path, Action write)
    {
        try
        {
            Begin();
            write();
            failures.Remove(path);
            return true;
        }
        catch (Exception e)       // whatever it is: a listener that fails is left out, and with this one all later saves would be
        {
            Fail(path, e.Message);
            return false;
        }
    }
}
