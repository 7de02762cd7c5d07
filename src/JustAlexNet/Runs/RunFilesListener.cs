using JustAlexNet.Inference;
using JustAlexNet.Training;

namespace JustAlexNet.Runs;

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
        files.WriteHistory(trainer.History, trainer.TopK, trainer.Best);
    }

    public override void PhaseEnded(TrainingPhase phase, TrainingOutcome outcome)
    {
        if (phase is not Trainer trainer) return;
        if (files.LatestAt != trainer.Position) Save(files.Folder.Latest, trainer);     // interrupted, or a last try
        if (trainer.History.Count > 0) files.WriteHistory(trainer.History, trainer.TopK, trainer.Best);
    }

    private void Save(string path, Trainer trainer)
    {
        files.Save(path, CheckpointState.Of(trainer));
        lastSave = clock.GetTimestamp();
    }
}
