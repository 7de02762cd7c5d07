namespace JustAlexNet.Files;

/// <summary>The folders on the way to one that are not there yet: when this is disposed, those that have been made since and are empty go again.</summary>
internal sealed class EmptyFolders : IDisposable
{
    private readonly List<string> missing = [];     // innermost first

    public EmptyFolders(string folder)
    {
        for (var path = Path.GetFullPath(folder); path is not null && !Directory.Exists(path); path = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path))) missing.Add(path);
    }

    public void Dispose()
    {
        foreach (var path in missing)
        {
            if (!Directory.Exists(path) || Directory.EnumerateFileSystemEntries(path).Any()) return;
            try { Directory.Delete(path); }
            catch (Exception used) when (used is IOException or UnauthorizedAccessException) { return; }      // somebody else has put something there meanwhile
        }
    }
}
