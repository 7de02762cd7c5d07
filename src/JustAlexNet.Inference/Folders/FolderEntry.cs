using System.IO.Enumeration;

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
    /// <exception cref="DataException">The folder cannot be read, or holds a name that is not UTF-8.</exception>
    public static List<FolderEntry> Read(string folder, SkippedEntries? skipped = null)
    {
        try
        {
            List<FolderEntry> all = [.. new FileSystemEnumerable<FolderEntry>(folder, From, Everything)];
            foreach (var entry in all.Where(entry => !entry.IsShown))
                if (entry.IsFolder) skipped?.AddFolder(entry.Name);
                else if (PictureWalk.IsPicture(entry.Name)) skipped?.AddPicture(Path.Join(folder, entry.Name));
            all.RemoveAll(entry => !entry.IsShown || RunFolders.Is(Path.Join(folder, entry.Name), entry));
            all.Sort((x, y) => CodePointOrder.Instance.Compare(x.Name, y.Name));
            return ForeignNames.Among(folder, all.Where(entry => entry.IsFolder || entry.IsLink || PictureWalk.IsPicture(entry.Name))) is { } fault ? throw fault : all;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw FolderFaults.Unreadable(folder, cause);
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
