using System.Text;
using JustAlexNet.Files;
using JustAlexNet.Inference;
using JustAlexNet.Recipes;
using JustAlexNet.Training;
using JustAlexNet.Weights;

namespace JustAlexNet.Runs;

/// <summary>The files of a run in its output folder.</summary>
/// <param name="Folder">The folder; need not be there.</param>
public sealed record RunFolder(string Folder)
{
    /// <summary>State after the last epoch, or where the run was interrupted: what the setting `resume` takes.</summary>
    public string Latest => At("latest_model.pth");

    /// <summary>What <see cref="Latest"/> was before it was replaced.</summary>
    public string Previous => At("previous_model.pth");

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

    /// <summary>Every setting in force, to run the same again.</summary>
    public string Recipe => At(RecipeFile.StandardName);

    /// <summary>What <c>transfer</c> leaves instead of <see cref="Best"/> on a backbone from an .onnx file.</summary>
    public string Onnx => At("best_model.onnx");

    /// <summary>Whether a run left results here: a model or a history. One that ended before its first save left nothing to lose.</summary>
    public bool HoldsRun => new[] { Latest, Previous, Best, Final, Onnx, History }.Any(File.Exists);

    // The best model last: should the program end in between, what is left is a part of the old run, and the part that counts.
    private IEnumerable<string> Removed => [Curves, ConfusionTable, ConfusionPicture, History, Record, Recipe, Final, Previous, Latest, Onnx, Best];

    /// <summary>Whether a file stands in this very folder, whatever links lead to either.</summary>
    internal bool Holds(string file) => RealPath.Resolve(file) is { } real && Path.GetDirectoryName(real) == RealPath.Resolve(Folder);

    /// <summary>Checks that nothing here would be lost.</summary>
    /// <param name="overwrite">An earlier run may be replaced.</param>
    /// <param name="resume">A checkpoint, <c>auto</c>, or null for a fresh start.</param>
    /// <param name="resumable">Whether a run such as the one asked for can go on.</param>
    /// <exception cref="RunException">The folder holds a run that is neither to be continued nor to be replaced.</exception>
    internal void RequireFree(bool overwrite, string? resume, bool resumable = true)
    {
        if (!HoldsRun || resume == CommonSettings.Newest || (resume is not null && Holds(resume))) return;
        if (overwrite) return;
        throw new RunException(resume is null
            ? $"{Folder} holds a run already; it is left as it is.\nPass {(resumable ? "`resume` auto to go on with it, " : "")}`overwrite` to replace it, or `output` for another folder."
            : $"{Folder} holds a run already, another than that of {resume}; it is left as it is.\nPass `overwrite` to replace it, or `output` for another folder.");
    }

    /// <summary>Checks that files of ours do not come among the photos, where the class would be taken for a run afterwards.</summary>
    /// <param name="photos">All that are read.</param>
    /// <param name="setting">What names the folder, as in errors.</param>
    /// <exception cref="RunException">The folder is one of photos, or lies in one.</exception>
    public void RequireApartFrom(IEnumerable<Sample> photos, string setting = "`output`")
    {
        ArgumentNullException.ThrowIfNull(photos);
        var place = RealPath.Resolve(Folder) ?? Path.GetFullPath(Folder);
        var folders = photos.Select(sample => Path.GetDirectoryName(sample.Path)!).Distinct();
        if (folders.FirstOrDefault(folder => RealPath.Resolve(folder) is { } real && RealPath.IsAtOrAbove(real, place)) is { } among)
            throw new RunException($"{setting} {Folder} lies among the photos of {among}.\nName a folder outside the classes.");
    }

    /// <summary>Checks that the folder is not in a data set, where it would be a class or stand beside its parts.</summary>
    /// <param name="data">The data set's folder.</param>
    /// <param name="setting">What names the folder, as in errors.</param>
    /// <exception cref="RunException">It is, or is the data set's own.</exception>
    public void RequireOutside(string data, string setting = "`output`")
    {
        if (RealPath.Resolve(data) is { } photos && RealPath.IsAtOrAbove(photos, RealPath.Resolve(Folder) ?? Path.GetFullPath(Folder)))
            throw new RunException($"{setting} {Folder} lies in {data}, which is only looked at.\nName a folder outside.");
    }

    /// <summary>Writes the first file of a run, its class names. An earlier run goes as soon as these have reached the disk and before they take their place.</summary>
    /// <param name="classes">The file's text.</param>
    /// <param name="replaces">Whether files of an earlier run are to go.</param>
    /// <param name="logs">Those that its loggers left, which go first.</param>
    /// <exception cref="IOException">Space is missing, or a file cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission is missing.</exception>
    internal void Begin(string classes, bool replaces, params IReadOnlyList<string> logs) => AtomicFile.Write(Classes, file =>
    {
        file.Write(Encoding.UTF8.GetBytes(classes));
        file.Flush();
        if (!replaces) return;
        foreach (var old in logs.Concat(Removed)) File.Delete(old);
    });

    /// <summary>The newest whole checkpoint here: of those that can be read to the end, the one furthest on. Null where there is none.</summary>
    /// <param name="damaged">Files that look like checkpoints but are not whole, with the reason.</param>
    public Checkpoint? NewestCheckpoint(out IReadOnlyList<string> damaged)
    {
        var broken = new List<string>();
        var whole = new List<Checkpoint>();
        foreach (var path in new[] { Latest, Best, Previous }.Where(File.Exists))
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
