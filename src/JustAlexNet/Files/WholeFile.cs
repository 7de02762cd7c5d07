using System.Text;

namespace JustAlexNet.Files;

/// <summary>Replaces a file as a whole: whoever looks sees the old one or the new one, also after a crash or a power cut.</summary>
/// <remarks>
/// Each attempt has a name of its own (<c>path.RANDOM.tmp</c>), so that several writers of one file do not meet: the last to end wins. A link stays a link; what it
/// points to is replaced. Attempts of killed processes, which nobody holds open any more, are removed by the next writer of the same file.
/// </remarks>
internal static class WholeFile
{
    private const string Ending = ".tmp";

    /// <summary>Writes beside the file's place, flushes to the disk and renames. Removes the attempt when it fails.</summary>
    /// <exception cref="IOException">Folder or space is missing, or what <paramref name="content"/> threw.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission is missing.</exception>
    public static void Write(string path, Action<Stream> content)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        // The full path, for .NET takes the target of a link in the current folder for one in the root.
        var target = new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(Path.GetFullPath(path), returnFinalTarget: true)!.FullName;
        RemoveAbandoned(target);
        using var file = Begin(target);
        try
        {
            content(file);
            file.Flush(flushToDisk: true);
            File.Move(file.Name, target, overwrite: true);     // while it is open, so that nobody takes it for abandoned
        }
        catch
        {
            Remove(file.Name);
            throw;
        }
    }

    /// <summary>The same for a text: UTF-8 without a mark.</summary>
    /// <exception cref="IOException">Folder or space is missing.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission is missing.</exception>
    public static void Write(string path, string text) => Write(path, file => file.Write(Encoding.UTF8.GetBytes(text)));

    private static FileStream Begin(string target)
    {
        for (var left = 3; ; left--)
        {
            var attempt = $"{target}.{Path.GetRandomFileName()[..8]}{Ending}";
            try
            {
                return new FileStream(attempt, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete);
            }
            catch (IOException e) when (left > 1 && e is not DirectoryNotFoundException)
            {
                // Another writer found it between its making and its lock, and took it for abandoned: it is not used.
                Remove(attempt);
            }
        }
    }

    private static void RemoveAbandoned(string target)
    {
        var (folder, name) = (Path.GetDirectoryName(Path.GetFullPath(target))!, Path.GetFileName(target));
        if (!Directory.Exists(folder)) return;
        foreach (var file in Directory.EnumerateFiles(folder, "*" + Ending))
            if (Path.GetFileName(file) is var found && found.Length == name.Length + 9 + Ending.Length && found.StartsWith(name + ".", StringComparison.Ordinal) && IsAbandoned(file)) Remove(file);
    }

    private static bool IsAbandoned(string attempt)
    {
        try
        {
            using var alone = new FileStream(attempt, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (Exception held) when (held is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // The failure to write is what is reported; a leftover that cannot go either would only hide it.
    private static void Remove(string attempt)
    {
        try { File.Delete(attempt); }
        catch (Exception leftover) when (leftover is IOException or UnauthorizedAccessException) { }
    }
}
