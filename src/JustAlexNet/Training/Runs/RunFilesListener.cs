using System.Text;
using JustAlexNet.Evaluation;
using JustAlexNet.Weights;

namespace JustAlexNet.Training;

/// <summary>Keeps the files of a run up to date: checkpoints, history, curves, confusion matrix.</summary>
/// <remarks>A file that cannot be written does not stop training: it is noted in <see cref="Failures"/> and tried again with the next epoch.</remarks>
internal sealed class RunFilesListener(RunFolder folder, CheckpointIdentity identity, TimeProvider clock, Action<string> failed) : TrainingListener
{
    /// <summary>The longest time between two saves: what a power cut can cost, where an epoch takes longer than that.</summary>
    private static readonly TimeSpan SaveInterval = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, string> failures = [];
    private long lastSave = clock.GetTimestamp();

    /// <summary>Files whose newest content could not be written, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Failures => failures;

    public override void StepDone(Trainer trainer)
    {
        if (clock.GetElapsedTime(lastSave) < SaveInterval) return;
        trainer.RequireFiniteLoss();
        Save(folder.Latest, trainer);
    }

    public override void EpochDone(Trainer trainer, EpochRecord record, ClassificationReport validation, bool isBest)
    {
        Save(folder.Latest, trainer);
        if (isBest)
        {
            Save(folder.Best, trainer);
            Try(folder.ConfusionTable, () => ConfusionMatrixCsv.Save(validation.Confusion, folder.ConfusionTable));
            Try(folder.ConfusionPicture, () => ConfusionMatrixPicture.Save(validation.Confusion, folder.ConfusionPicture));
        }
        WriteHistory(trainer);
    }

    public override void Ended(Trainer trainer, TrainingOutcome outcome)
    {
        if (outcome == TrainingOutcome.Interrupted) Save(folder.Latest, trainer);
        else if (failures.ContainsKey(folder.Latest)) Save(folder.Latest, trainer);     // a last try
        if (trainer.History.Count > 0) WriteHistory(trainer);
    }

    private void Save(string path, Trainer trainer)
    {
        Try(path, () => Checkpoint.Write(path, trainer, identity));
        lastSave = clock.GetTimestamp();
    }

    private void WriteHistory(Trainer trainer)
    {
        Try(folder.History, () => TextFile.Write(folder.History, HistoryFile.Format(trainer.History, trainer.TopK)));
        var points = trainer.History.Select(r => new EpochPoint(r.Epoch, r.TrainLoss, r.TrainTop1, r.ValLoss, r.ValTop1)).ToList();
        Try(folder.Curves, () => TrainingCurves.Save(points, folder.Curves, trainer.Best?.Epoch));
    }

    private void Try(string path, Action write)
    {
        try
        {
            write();
            failures.Remove(path);
        }
        catch (Exception e) when (e is WeightsException or EvaluationFileException or IOException or UnauthorizedAccessException)
        {
            failures[path] = e.Message;
            failed(e.Message);
        }
    }
}

/// <summary>Text files that are whole at every moment.</summary>
internal static class TextFile
{
    /// <summary>Writes beside the place, flushes to the disk, renames. UTF-8 without a mark.</summary>
    public static void Write(string path, string text)
    {
        var temporary = path + ".tmp";
        try
        {
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
