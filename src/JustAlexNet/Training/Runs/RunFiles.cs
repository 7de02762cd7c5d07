using JustAlexNet.Evaluation;
using JustAlexNet.Files;
using JustAlexNet.Weights;

namespace JustAlexNet.Training;

/// <summary>Writes the files of a run: checkpoints, history, curves, confusion matrix.</summary>
/// <remarks>A file that cannot be written does not stop the run: it is noted in <see cref="Failures"/> until a later attempt succeeds.</remarks>
/// <param name="folder">Where they stand.</param>
/// <param name="identity">What all checkpoints of the run have in common.</param>
/// <param name="failed">Told of every failure.</param>
internal sealed class RunFiles(RunFolder folder, CheckpointIdentity identity, Action<string> failed)
{
    private readonly Dictionary<string, string> failures = [];

    public RunFolder Folder => folder;

    /// <summary>Files whose newest content could not be written, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Failures => failures;

    public void Save(string path, CheckpointState state) => Try(path, () => Checkpoint.Write(path, state, identity));

    public void WriteConfusion(ConfusionMatrix confusion)
    {
        Try(folder.ConfusionTable, () => ConfusionMatrixCsv.Save(confusion, folder.ConfusionTable));
        Try(folder.ConfusionPicture, () => ConfusionMatrixPicture.Save(confusion, folder.ConfusionPicture));
    }

    public void WriteHistory(IReadOnlyList<EpochRecord> history, int k, EpochRecord? best)
    {
        Try(folder.History, () => WholeFile.Write(folder.History, HistoryFile.Format(history, k)));
        var points = history.Select(r => new EpochPoint(r.Epoch, r.TrainLoss, r.TrainTop1, r.ValLoss, r.ValTop1)).ToList();
        Try(folder.Curves, () => TrainingCurves.Save(points, folder.Curves, best is { Epoch: > 0 } ? best.Epoch : null));
    }

    /// <summary>Writes something else of the run under the same rule.</summary>
    public void Try(string path, Action write)
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
