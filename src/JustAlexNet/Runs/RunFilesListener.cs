using JustAlexNet.Inference;
using JustAlexNet.Training;
using JustAlexNet.Weights;

namespace JustAlexNet.Runs;

/// <summary>Keeps the files of a run up to date while a network learns: another thread writes them, one state after the other, and training waits for the copy of the state alone.</summary>
/// <remarks>While it writes, nobody else touches <see cref="RunFiles"/>; it has ended when a phase has, and after <see cref="Settle"/>.</remarks>
internal sealed class RunFilesListener(RunFiles files, CheckpointPace pace) : TrainingListener
{
    private readonly CheckpointCopy copy = new();
    private Task<bool?>? writing;
    private Func<bool>? unsaved;
    private bool isBehind;      // an epoch is in no file, since another was being written

    public override void PhaseStarted(TrainingPhase phase)
    {
        if (phase is Trainer trainer) pace.Begin(trainer.Updates);
    }

    public override void StepDone(Trainer trainer)
    {
        if (writing is { IsCompleted: true }) Settle();
        if (writing is null && (isBehind || pace.IsDueAfterStep(trainer.Updates)) && trainer.LossIsFinite()) Write(trainer, saves: true, isBehind ? trainer.History : null);
    }

    public override void EpochDone(TrainingPhase phase, EpochRecord record, ClassificationReport validation, bool isBest)
    {
        if (phase is not Trainer trainer) return;       // a head is saved when it has learned
        isBehind = !isBest && writing is { IsCompleted: false };
        if (!isBehind) Write(trainer, saves: isBest || pace.IsDueAfterEpoch(trainer.Position.Epoch, trainer.Updates), trainer.History, isBest ? validation.Confusion : null);
    }

    public override void PhaseEnded(TrainingPhase phase, TrainingOutcome outcome)
    {
        if (phase is not Trainer trainer) return;
        Settle();
        if (unsaved is not null) Write(trainer, saves: true);
        Settle();
        Write(trainer, saves: files.LatestAt != trainer.Position, trainer.History);      // interrupted, or a last try
        Settle();
    }

    public override void Ended(RunEnd end) => Settle();

    public override void Dispose()
    {
        Settle();
        copy.Dispose();
        base.Dispose();
    }

    /// <summary>Waits until nothing is being written, and tells what could not be.</summary>
    public void Settle()
    {
        if (writing is null) return;
        var isSaved = writing.GetAwaiter().GetResult();
        writing = null;
        files.IsQuiet = false;
        if (isSaved is { } success) pace.End(success);
        if (isSaved == true) unsaved = null;
    }

    // In this order, so that wherever the program ends, the best model is never older than what latest_model.pth and history.csv call the best.
    private void Write(Trainer trainer, bool saves, IReadOnlyList<EpochRecord>? history = null, ConfusionMatrix? best = null)
    {
        Settle();
        isBehind = false;
        var save = saves ? Saving(trainer, best) : null;
        var (epochs, bestEpoch, k, loss) = (history?.ToList() ?? [], trainer.Best, trainer.TopK, trainer.Options.LossBesidePlain);
        files.IsQuiet = true;
        writing = Task.Run(() =>
        {
            if (best is null) files.WriteConfusionAgain();
            var isSaved = save?.Invoke();
            if (epochs.Count > 0) files.WriteHistory(epochs, k, bestEpoch, loss);
            return isSaved;
        });
    }

    // Null: there is no copy. The copy of a best epoch is kept until it is saved, for nobody can make it again.
    private Func<bool>? Saving(Trainer trainer, ConfusionMatrix? best)
    {
        pace.Begin(trainer.Updates);
        if (unsaved is not null && best is null) return unsaved;
        var at = trainer.Position;
        if (Copied(trainer) is not { } state) return null;
        bool Save()
        {
            if (best is not null) files.WriteConfusion(best);
            return files.SaveLatest(state, at, isBest: best is not null);
        }
        unsaved = best is null ? null : Save;
        return Save;
    }

    private PickleDictionary? Copied(Trainer trainer)
    {
        try
        {
            return copy.Take(CheckpointState.Of(trainer), files.Identity);
        }
        catch (Exception noRoom)        // whatever it is: a listener that fails is left out, and with this one all later saves would be
        {
            files.Fail(files.Folder.Latest, $"cannot write {files.Folder.Latest}: no copy of the state can be made: {noRoom.Message.Split('\n')[0]}");
            pace.End(isSaved: false);
            return null;
        }
    }
}
