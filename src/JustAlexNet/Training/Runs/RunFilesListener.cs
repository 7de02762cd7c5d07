using JustAlexNet.Evaluation;

namespace JustAlexNet.Training;

/// <summary>Keeps the files of a run up to date while it trains.</summary>
internal sealed class RunFilesListener(RunFiles files, TimeProvider clock) : TrainingListener
{
    /// <summary>The longest time between two saves: what a power cut can cost, where an epoch takes longer than that.</summary>
    private static readonly TimeSpan SaveInterval = TimeSpan.FromMinutes(10);

    private long lastSave = clock.GetTimestamp();

    public override void StepDone(Trainer trainer)
    {
        if (clock.GetElapsedTime(lastSave) < SaveInterval) return;
        trainer.RequireFiniteLoss();
        Save(files.Folder.Latest, trainer);
    }

    public override void EpochDone(Trainer trainer, EpochRecord record, ClassificationReport validation, bool isBest)
    {
        Save(files.Folder.Latest, trainer);
        if (isBest)
        {
            Save(files.Folder.Best, trainer);
            files.WriteConfusion(validation.Confusion);
        }
        files.WriteHistory(trainer.History, trainer.TopK, trainer.Best);
    }

    public override void Ended(Trainer trainer, TrainingOutcome outcome)
    {
        if (outcome == TrainingOutcome.Interrupted) Save(files.Folder.Latest, trainer);
        else if (files.Failures.ContainsKey(files.Folder.Latest)) Save(files.Folder.Latest, trainer);     // a last try
        if (trainer.History.Count > 0) files.WriteHistory(trainer.History, trainer.TopK, trainer.Best);
    }

    private void Save(string path, Trainer trainer)
    {
        files.Save(path, CheckpointState.Of(trainer));
        lastSave = clock.GetTimestamp();
    }
}
