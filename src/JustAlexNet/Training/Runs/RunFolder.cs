using JustAlexNet.Weights;

namespace JustAlexNet.Training;

/// <summary>The files of a run in its output folder.</summary>
/// <param name="Folder">The folder; made by <see cref="Prepare"/>.</param>
public sealed record RunFolder(string Folder)
{
    /// <summary>State after the last epoch, or where the run was interrupted: what <c>--resume</c> takes.</summary>
    public string Latest => At("latest_model.pth");

    /// <summary>The epoch with the highest validation top-1, ties by loss: what <c>predict</c> takes.</summary>
    public string Best => At("best_model.pth");

    /// <summary>What a run of <c>transfer</c> ends with: the best epoch after early stopping, else the last.</summary>
    public string Final => At("final_model.pth");

    /// <summary>Class names to indices.</summary>
    public string Classes => At("class_to_idx.json");

    /// <summary>A line an epoch.</summary>
    public string History => At("history.csv");

    /// <summary>Curves of loss and accuracy.</summary>
    public string Curves => At("training_metrics.png");

    /// <summary>Counts by true class (rows) and predicted class (columns) of the best epoch's validation.</summary>
    public string ConfusionTable => At("confusion_matrix.csv");

    /// <summary>The same as a picture.</summary>
    public string ConfusionPicture => At("confusion_matrix.png");

    /// <summary>Command, options, versions, machine, data, result.</summary>
    public string Record => At("run.json");

    private IEnumerable<string> All => [Latest, Best, Final, Classes, History, Curves, ConfusionTable, ConfusionPicture, Record];

    /// <summary>Whether a run left results here: a checkpoint or a history. One that ended before its first save left nothing to lose.</summary>
    public bool HoldsRun => File.Exists(Latest) || File.Exists(Best) || File.Exists(History);

    /// <summary>Makes the folder and shows that files can be written to it, before anything is computed.</summary>
    /// <param name="overwrite">Deletes the files of an earlier run; without it such a folder is refused.</param>
    /// <param name="resuming">The run in the folder is to be continued.</param>
    /// <exception cref="TrainingException">It holds a run, or cannot be written.</exception>
    public void Prepare(bool overwrite, bool resuming)
    {
        if (HoldsRun && !overwrite && !resuming)
            throw new TrainingException($"{Folder} holds a run already; it is left as it is.\nPass --resume auto to go on with it, --overwrite to replace it, or --output for another folder.");
        OutputFolder.Make(Folder, "Name another folder with --output, or make room here.");
        try
        {
            if (overwrite && !resuming)
                foreach (var file in All) File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"cannot replace the run in {Folder}: {OutputFolder.Reason(e)}\nName another folder with --output.", e);
        }
    }

    /// <summary>The newest whole checkpoint here: of those that can be read to the end, the one furthest on. Null where there is none.</summary>
    /// <param name="damaged">Files that look like checkpoints but are not whole, with the reason.</param>
    public Checkpoint? NewestCheckpoint(out IReadOnlyList<string> damaged)
    {
        var broken = new List<string>();
        var whole = new List<Checkpoint>();
        foreach (var path in new[] { Latest, Best }.Where(File.Exists))
        {
            try
            {
                whole.Add(Checkpoint.Read(path));
            }
            catch (WeightsException e)
            {
                broken.Add(e.Message.Split('\n')[0]);
            }
        }
        damaged = broken;
        return whole.MaxBy(c => (c.Position.Epoch, c.Position.Step));
    }

    private string At(string name) => Path.Combine(Folder, name);
}
