using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>Tiny-ImageNet as published (Stanford CS231n, <c>tiny-imagenet-200.zip</c>).</summary>
/// <remarks>
/// <c>train/wnid/images/*.JPEG</c> beside <c>wnid_boxes.txt</c>; <c>val/images/*.JPEG</c> labelled by <c>val/val_annotations.txt</c>
/// (file, wnid, box; tabs between); <c>test/images</c> without labels, so there is no test part; <c>words.txt</c> with what each wnid means.
/// </remarks>
internal static class TinyImageNet
{
    private const int FaultsShown = 5;

    public static bool IsAt(string folder) => File.Exists(Annotations(folder));

    public static FolderParts Parts(string folder, string training, FolderProblems? problems = null) =>
        new(FolderLayout.TinyImageNet, FolderParts.PartAt(training, problems), Validation(folder), null);

    /// <summary>What the classes are called, from <c>words.txt</c>; empty where there is no such file.</summary>
    public static Dictionary<string, string> Words(string folder, IEnumerable<string> classes)
    {
        var wanted = classes.ToHashSet();
        var words = new Dictionary<string, string>();
        var path = Path.Join(folder, "words.txt");
        if (!File.Exists(path)) return words;
        foreach (var line in ReadLines(path))
            if (line.Split('\t', 2) is [var wnid, var meaning] && wanted.Contains(wnid)) words[wnid] = meaning.Trim();
        return words;
    }

    /// <summary>The file that says which box of which picture a class occupies; no picture, but expected.</summary>
    public static bool IsBoxes(string path) => path.EndsWith("_boxes.txt", StringComparison.Ordinal);

    private static string Annotations(string folder) => Path.Join(folder, "val", "val_annotations.txt");

    private static Part Validation(string folder)
    {
        var (images, path) = (Path.Join(folder, "val", "images"), Annotations(folder));
        var classes = new SortedDictionary<string, ClassFolder>(CodePointOrder.Instance);
        var there = (Directory.Exists(images) ? FolderEntry.Read(images) : []).Select(entry => entry.Name).Where(PictureWalk.IsPicture).ToHashSet();
        var faults = new List<string>();
        var number = 0;
        foreach (var line in ReadLines(path))
        {
            number++;
            if (line.Length == 0) continue;
            var fields = line.Split('\t');
            if (fields.Length < 2) faults.Add($"line {number} is '{Start(line)}', expected a file name, a tab and a wnid");
            else if (!there.Remove(fields[0])) faults.Add($"line {number} names {Start(fields[0])}, which is not in val/images, or is named twice");
            else
            {
                if (!classes.TryGetValue(fields[1], out var found)) classes[fields[1]] = found = new(fields[1], images);
                found.Pictures.Add(fields[0]);
            }
        }
        if (there.Count > 0)
            faults.Add($"{Counted.Of(there.Count, "picture")} of val/images {(there.Count == 1 ? "is" : "are")} not in it, first {there.Min(CodePointOrder.Instance)}");
        if (faults.Count > 0) throw Unfit(path, faults);
        foreach (var found in classes.Values) found.Sort();
        return new(Path.Join(folder, "val"), [.. classes.Values]);
    }

    private static DataException Unfit(string path, List<string> faults)
    {
        var lines = faults.Take(FaultsShown).Prepend($"{path} does not fit the pictures beside it").ToList();
        if (faults.Count > FaultsShown) lines.Add($"and {faults.Count - FaultsShown} more");
        lines.Add("Unpack tiny-imagenet-200.zip again, or sort the validation pictures into val/class/picture and remove the file.");
        return new DataException(string.Join("\n  ", lines), path);
    }

    private static string Start(string text) => text.Length <= 60 ? text : text[..60] + "...";

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw FolderFaults.Unreadable(path, cause);
        }
    }
}
