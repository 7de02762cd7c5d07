using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>What stood among the pictures and was not looked at: hidden things, the folders that storage systems keep for themselves, pipes and devices.</summary>
internal sealed class SkippedEntries
{
    // Synology, macOS, ext4, QNAP, Windows. Those that begin with a dot (.thumbnails, .git, .Trash-1000) are hidden anyway.
    private static readonly HashSet<string> Kept = new(StringComparer.OrdinalIgnoreCase)
    {
        "@eaDir", "#recycle", "#snapshot", "@Recycle", "@Recently-Snapshot", "__MACOSX", "lost+found", "$RECYCLE.BIN", "System Volume Information", "RECYCLER",
    };

    private readonly SortedSet<string> folderNames = new(CodePointOrder.Instance);
    private int folders, pictures, special;
    private string? firstPicture, firstSpecial;

    /// <summary>Whether a folder of this name belongs to the system that stores the pictures.</summary>
    public static bool IsKept(string name) => Kept.Contains(name);

    public void AddFolder(string name)
    {
        folders++;
        folderNames.Add(name);
    }

    public void AddPicture(string path)
    {
        pictures++;
        firstPicture ??= path;
    }

    public void AddSpecial(string path)
    {
        special++;
        firstSpecial ??= path;
    }

    /// <summary>A line each, for people; none where nothing was left out.</summary>
    public IEnumerable<string> Notes()
    {
        if (folders > 0) yield return $"left out: {Counted.Of(folders, "folder")} of systems and programs, hidden or not ({FolderFaults.Listed(folderNames)})";
        if (pictures > 0) yield return $"left out: {Counted.Of(pictures, "hidden picture")}, such as {firstPicture}";
        if (special > 0) yield return $"left out, not opened: {Counted.Of(special, "file")} named as pictures that {(special == 1 ? "is" : "are")} a pipe, socket or device, such as {firstSpecial}";
    }
}
