using JustAlexNet.Files;
using JustAlexNet.Inference;
using JustAlexNet.Recipes;
using JustAlexNet.Reports;
using JustAlexNet.Training;

namespace JustAlexNet.Runs;

/// <summary>Writes the files of a run: checkpoints, history, curves, confusion matrix.</summary>
/// <remarks>A file that cannot be written does not stop the run: it is noted in <see cref="Failures"/> until a later attempt succeeds.</remarks>
/// <param name="folder">Where they stand.</param>
/// <param name="identity">What all checkpoints of the run have in common.</param>
/// <param name="title">What the pictures say of the run.</param>
/// <param name="failed">Told of every failure.</param>
/// <param name="byteOrderMark">Whether tables begin with one, for Excel.</param>
internal sealed class RunFiles(RunFolder folder, CheckpointIdentity identity, string title, Action<string> failed, bool byteOrderMark = false)
{
    private readonly Dictionary<string, string> failures = [];
    private Action? postponed;

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

    public void Save(string path, Func<CheckpointState> stateOf) => Try(path, () =>
    {
        var state = stateOf();
        Checkpoint.Write(path, state, identity);
        if (path == folder.Best) HasBest = true;
        if (path == folder.Latest) LatestAt = state.Position;
    });

    public void WriteConfusion(ConfusionMatrix confusion)
    {
        var words = new ConfusionMatrixTexts();
        Try(folder.ConfusionTable, () => ConfusionMatrixCsv.Save(confusion, folder.ConfusionTable, byteOrderMark));
        if (ConfusionMatrixPicture.Absence(confusion.Classes) is null) Try(folder.ConfusionPicture, () => ConfusionMatrixPicture.Save(confusion, folder.ConfusionPicture,
            words with { Title = Titled(words.Title), Names = new ClassNames(identity.Classes, identity.DisplayNames).Readable }));
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
        failed(why);
    }

    /// <summary>Writes something else of the run under the same rule.</summary>
    public void Try(string path, Action write)
    {
        try
        {
            Begin();
            write();
            failures.Remove(path);
        }
        catch (Exception e)       // whatever it is: a listener that fails is left out, and with this one all later saves would be
        {
            Fail(path, e.Message);
        }
    }
}

/// <summary>Keeps the files of a run up to date while it trains.</summary>
internal sealed class RunFilesListener(RunFiles files, TimeProvider clock) : TrainingListener
{
    /// <summary>The longest time between two saves: what a power cut can cost, where an epoch takes longer than that.</summary>
    private static readonly TimeSpan SaveInterval = TimeSpan.FromMinutes(10);

    private long lastSave = clock.GetTimestamp();

    public override void StepDone(Trainer trainer)
    {
        if (clock.GetElapsedTime(lastSave) < SaveInterval) return;
        if (trainer.LossIsFinite()) Save(files.Folder.Latest, trainer);
    }

    // In this order, so that wherever the program ends, the best model is never older than what latest_model.pth and history.csv call the best.
    public override void EpochDone(TrainingPhase phase, EpochRecord record, ClassificationReport validation, bool isBest)
    {
        if (phase is not Trainer trainer) return;       // a head is saved when it has learned
        if (isBest)
        {
            files.WriteConfusion(validation.Confusion);
            Save(files.Folder.Best, trainer);
        }
        Save(files.Folder.Latest, trainer);
        files.WriteHistory(trainer.History, trainer.TopK, trainer.Best, trainer.Options.LossBesidePlain);
    }

    public override void PhaseEnded(TrainingPhase phase, TrainingOutcome outcome)
    {
        if (phase is not Trainer trainer) return;
        if (files.LatestAt != trainer.Position) Save(files.Folder.Latest, trainer);     // interrupted, or a last try
        if (trainer.History.Count > 0) files.WriteHistory(trainer.History, trainer.TopK, trainer.Best, trainer.Options.LossBesidePlain);
    }

    private void Save(string path, Trainer trainer)
    {
        files.Save(path, () => CheckpointState.Of(trainer));
        lastSave = clock.GetTimestamp();
    }
}
