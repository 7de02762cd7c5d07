using System.Text.Json;

namespace JustAlexNet.Inference;

/// <summary>Tells folders that a run or a measurement of ours has left from folders of photos: their plots are no data.</summary>
internal static class RunFolders
{
    private const string Record = "run.json";

    private static readonly string[] Models = ["best_model.pth", "latest_model.pth", "final_model.pth", "best_model.onnx"];
    private static readonly string[] Plots = ["training_metrics.png", "confusion_matrix.png"];
    private static readonly string[][] Tables = [[Record, "class_to_idx.json"], ["history.csv", "training_metrics.png"], ["confusion_matrix.csv", "confusion_matrix.png"]];

    // Links are left alone: they may run in a circle, and a run has none.
    private static readonly EnumerationOptions Plain = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint };

    /// <summary>Whether an entry is a folder that holds a run, or nothing but folders that do and no picture. Below a link nobody looks: it may lead anywhere.</summary>
    public static bool Is(string path, FolderEntry entry) => (entry.IsFolder && Is(path)) || (entry.IsLink && IsRun(path));

    /// <summary>The same of a folder that somebody named.</summary>
    public static bool Is(string folder) => IsRun(folder) || HoldsRunsOnly(folder);

    /// <summary>Whether a name is that of a plot, which is no photo in a folder that holds a run.</summary>
    public static bool IsPlot(string name) => Plots.Contains(name);

    /// <summary>The names of those directly in a folder.</summary>
    public static IEnumerable<string> In(string folder) =>
        new DirectoryInfo(folder).EnumerateDirectories("*", Plain).Where(inner => Is(inner.FullName)).Select(inner => inner.Name).Order(CodePointOrder.Instance);

    /// <summary>Whether the run in a folder can go on from there.</summary>
    public static bool GoesOn(string folder) => File.Exists(Path.Join(folder, "latest_model.pth"));

    /// <summary>The file of a folder's best model; null where there is none.</summary>
    public static string? BestIn(string folder) => Models.Select(name => Path.Join(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>The folder of photos that a run has learned from, by its record; null where that does not say, or the folder is gone.</summary>
    public static string? PhotosOf(string folder)
    {
        var record = Path.Join(folder, Record);
        try
        {
            if (!File.Exists(record)) return null;
            using var json = JsonDocument.Parse(File.ReadAllBytes(record));
            return json.RootElement.GetProperty("data").GetProperty("folder").GetString() is { } photos && Directory.Exists(photos) ? photos : null;
        }
        catch (Exception other) when (other is JsonException or KeyNotFoundException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return null;        // another program's file of this name, or half a one: the message does without
        }
    }

    private static bool IsRun(string folder)
    {
        return Models.Any(Stands) || Tables.Any(table => table.All(Stands));

        bool Stands(string name) => File.Exists(Path.Join(folder, name));
    }

    private static bool HoldsRunsOnly(string folder)
    {
        if (!Directory.Exists(folder) || Directory.EnumerateFiles(folder, "*", Plain).Any(PictureWalk.IsPicture)) return false;
        var (inner, runs) = (Directory.GetDirectories(folder, "*", Plain), 0);
        foreach (var path in inner)
            if (Is(path)) runs++;
            else if (HoldsPicture(path)) return false;
        return runs > 0;
    }

    private static bool HoldsPicture(string folder) =>
        Directory.EnumerateFiles(folder, "*", Plain).Any(PictureWalk.IsPicture) || Directory.EnumerateDirectories(folder, "*", Plain).Any(HoldsPicture);
}
