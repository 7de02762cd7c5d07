using System.IO.Enumeration;

namespace JustAlexNet.Data;

/// <summary>One thing in a folder, as its directory entry says; a link is not followed.</summary>
internal readonly record struct FolderEntry(string Name, bool IsLink, bool IsFolder, bool IsEmptyFile)
{
    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
        MatchType = MatchType.Simple,
        ReturnSpecialDirectories = false,
    };

    /// <summary>What stands in a folder apart from hidden things and the folders of our own runs, by name in code-point order.</summary>
    /// <exception cref="DataException">The folder cannot be read.</exception>
    public static List<FolderEntry> Read(string folder)
    {
        try
        {
            var entries = new FileSystemEnumerable<FolderEntry>(folder, From, Everything) { ShouldIncludePredicate = IsShown }.ToList();
            entries.RemoveAll(entry => (entry.IsFolder || entry.IsLink) && RunFolders.Is(Path.Join(folder, entry.Name)));
            entries.Sort((x, y) => CodePointOrder.Instance.Compare(x.Name, y.Name));
            return entries;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw FolderFaults.Unreadable(folder, cause);
        }
    }

    private static bool IsShown(ref FileSystemEntry entry) => entry.FileName[0] != '.' && !entry.IsHidden;

    private static FolderEntry From(ref FileSystemEntry entry)
    {
        var isLink = (entry.Attributes & FileAttributes.ReparsePoint) != 0;
        var isFolder = !isLink && entry.IsDirectory;
        return new(entry.FileName.ToString(), isLink, isFolder, !isLink && !isFolder && entry.Length == 0);
    }
}
