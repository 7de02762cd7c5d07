using System.IO.Enumeration;
using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>One thing in a folder, as its directory entry says; a link is not followed.</summary>
internal readonly record struct FolderEntry(string Name, bool IsLink, bool IsFolder, bool IsEmptyFile, bool IsShown)
{
    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
        MatchType = MatchType.Simple,
        ReturnSpecialDirectories = false,
    };

    /// <summary>What stands in a folder apart from hidden things, the folders of storage systems and those of our own runs, by name in code-point order.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="skipped">Counts the others: folders, and hidden files named as pictures.</param>
    /// <param name="problems">Hears of a folder that cannot be read and of names that are not UTF-8, which are then left out; null: they are refused.</param>
    /// <exception cref="DataException">The folder cannot be read, or holds a name that is not UTF-8.</exception>
    public static List<FolderEntry> Read(string folder, SkippedEntries? skipped = null, FolderProblems? problems = null)
    {
        try
        {
            List<FolderEntry> all = [.. new FileSystemEnumerable<FolderEntry>(folder, From, Everything)];
            foreach (var entry in all.Where(entry => !entry.IsShown))
                if (entry.IsFolder) skipped?.AddFolder(entry.Name);
                else if (PictureWalk.IsPicture(entry.Name)) skipped?.AddPicture(Path.Join(folder, entry.Name));
            all.RemoveAll(entry => !entry.IsShown || RunFolders.Is(Path.Join(folder, entry.Name), entry));
            all.Sort((x, y) => CodePointOrder.Instance.Compare(x.Name, y.Name));
            var used = all.Where(entry => entry.IsFolder || entry.IsLink || PictureWalk.IsPicture(entry.Name));
            if (problems is null) return ForeignNames.Among(folder, used) is { } fault ? throw fault : all;
            foreach (var (name, foreign) in ForeignNames.EachOf(folder, used))
            {
                problems.Add(Path.Join(folder, name), foreign, hidesPictures: true);
                all.RemoveAll(entry => entry.Name == name);
            }
            return all;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            var fault = FolderFaults.Unreadable(folder, cause);
            if (problems is null) throw fault;
            problems.Add(folder, fault, hidesPictures: true);
            return [];
        }
    }

    private static FolderEntry From(ref FileSystemEntry entry)
    {
        var name = entry.FileName.ToString();
        var isLink = (entry.Attributes & FileAttributes.ReparsePoint) != 0;
        var isFolder = !isLink && entry.IsDirectory;
        var isKept = (isFolder || isLink) && SkippedEntries.IsKept(name);
        return new(name, isLink, isFolder, !isLink && !isFolder && entry.Length == 0, name[0] != '.' && !entry.IsHidden && !isKept);
    }
}

/// <summary>Orders strings by Unicode code point, as Python's <c>sorted</c> does; .NET's ordinal order is that of UTF-16 units.</summary>
/// <remarks>The two differ where a character beyond U+FFFF (a surrogate pair, D800-DFFF) meets one of U+E000-U+FFFF.</remarks>
internal sealed class CodePointOrder : IComparer<string>
{
    public static readonly CodePointOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null) return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        var shared = x.AsSpan().CommonPrefixLength(y);
        if (shared == x.Length || shared == y.Length) return x.Length - y.Length;
        return Rank(x[shared]) - Rank(y[shared]);
    }

    // Surrogates stand for the highest code points, so they rank above every other unit.
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}

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
        if (pictures > 0) yield return $"left out: {Counted.Of(pictures, "hidden picture")}, such as {PrintableText.Of(firstPicture!)}";
        if (special > 0) yield return $"left out, not opened: {Counted.Of(special, "file")} named as {(special == 1 ? "a picture" : "pictures")} that {(special == 1 ? "is" : "are")} a pipe, socket or device, such as {PrintableText.Of(firstSpecial!)}";
    }
}
