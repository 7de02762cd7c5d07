using System.Text;
using JustAlexNet.Runtime.Native;
using Microsoft.Win32.SafeHandles;

namespace JustAlexNet.Files;

/// <summary>Replaces a file as a whole: whoever looks sees the old one or the new one, also after a crash or a power cut. Not thread-safe; several may write one file.</summary>
/// <remarks>
/// Each attempt has a name of its own (<c>path.RANDOM.justalexnet-attempt</c>: nobody else's file is called so), so that several writers of one file do not meet: the last to end wins. A link stays a link; what it
/// points to is replaced. Attempts of killed processes, which nobody holds open any more, are removed by the next writer of the same file.
/// </remarks>
public sealed class AtomicFile : IDisposable
{
    private const string Ending = ".justalexnet-attempt";
    private const int RandomPlaces = 8;

    private readonly string target;
    private readonly FileStream file;
    private bool isDone;

    /// <summary>Begins an attempt beside the file's place.</summary>
    /// <param name="path">The file to make or to replace; its folder is there.</param>
    /// <exception cref="IOException">Folder or space is missing.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission is missing.</exception>
    public AtomicFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        target = TargetOf(path);
        RemoveAbandoned(target);
        file = Begin(target);
    }

    /// <summary>Where to write the content; closed with this object.</summary>
    public Stream Content => file;

    /// <summary>The same for writing and reading at places of one's own choice.</summary>
    internal SafeFileHandle Handle => file.SafeFileHandle;

    /// <summary>Flushes to the disk and gives the content the file's name, in place of an older one.</summary>
    /// <exception cref="IOException">Space is missing.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission is missing.</exception>
    public void Commit()
    {
        file.Flush(flushToDisk: true);
        File.Move(file.Name, target, overwrite: true);     // while it is open, so that nobody takes it for abandoned
        isDone = true;
        FlushFolderOf(target);
    }

    /// <summary>Closes the attempt; without <see cref="Commit"/> it is removed, and what stood in its place stays.</summary>
    public void Dispose()
    {
        try
        {
            file.Dispose();
        }
        catch (IOException) when (!isDone)
        {
            // Its last bytes do not fit on the disk either; why it was given up is reported already.
        }
        if (!isDone) Remove(file.Name);
    }

    /// <summary>Writes a file in one go.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="content">Writes it.</param>
    /// <param name="replacing">Called when the content is on the disk, while an older file still stands in its place.</param>
    /// <exception cref="IOException">Folder or space is missing, or what <paramref name="content"/> threw.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission is missing.</exception>
    internal static void Write(string path, Action<Stream> content, Action? replacing = null)
    {
        using var whole = new AtomicFile(path);
        content(whole.Content);
        if (replacing is not null)
        {
            whole.file.Flush(flushToDisk: true);
            replacing();
        }
        whole.Commit();
    }

    /// <summary>Puts what a whole file holds in the place of another: as a second name of the same bytes, which is a copy as soon as one of them is replaced. Where the file system has no such names, by copying.</summary>
    /// <param name="source">The file; stays as it is.</param>
    /// <param name="path">The file to make or to replace.</param>
    /// <exception cref="IOException">The source, its folder or space is missing.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission is missing.</exception>
    internal static void Share(string source, string path)
    {
        var (real, target) = (TargetOf(source), TargetOf(path));
        RemoveAbandoned(target);
        var attempt = AttemptAt(target);
        if (!FileSystem.TryLink(real, attempt))
        {
            using var read = File.OpenRead(real);
            Write(target, read.CopyTo);
            return;
        }
        try
        {
            File.Move(attempt, target, overwrite: true);
        }
        finally
        {
            Remove(attempt);        // renaming does nothing where both are one file already
        }
        FlushFolderOf(target);
    }

    /// <summary>The same for a text: UTF-8 without a mark.</summary>
    /// <exception cref="IOException">Folder or space is missing.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission is missing.</exception>
    internal static void Write(string path, string text) => Write(path, file => file.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Removes what killed processes left in a folder, whatever file it was to be. What somebody is writing stays. Of a folder that is ours alone, or claimed.</summary>
    internal static void RemoveAbandonedIn(string folder)
    {
        foreach (var attempt in Directory.EnumerateFiles(folder, "*" + Ending)) RemoveIfAbandoned(attempt);
    }

    // The full path, for .NET takes the target of a link in the current folder for one in the root. A folder is said now, and not when the content is there.
    private static string TargetOf(string path)
    {
        var target = new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(Path.GetFullPath(path), returnFinalTarget: true)!.FullName;
        return Directory.Exists(target) ? throw new IOException($"Is a directory : '{target}'") : target;
    }

    private static string AttemptAt(string target) => $"{target}.{Path.GetRandomFileName()[..RandomPlaces]}{Ending}";

    private static void FlushFolderOf(string target) => FileSystem.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(target))!);

    private static FileStream Begin(string target)
    {
        // Another writer may find it between its making and its lock, and take it for abandoned: then there is no lock to be had, or no such name any more.
        for (var left = 20; ; left--)
        {
            var attempt = AttemptAt(target);
            try
            {
                var file = new FileStream(attempt, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete);
                if (File.Exists(attempt)) return file;
                file.Dispose();
            }
            catch (IOException e) when (left > 1 && e is not DirectoryNotFoundException)
            {
                Remove(attempt);
            }
        }
    }

    private static void RemoveAbandoned(string target)
    {
        var (folder, name) = (Path.GetDirectoryName(Path.GetFullPath(target))!, Path.GetFileName(target));
        if (!Directory.Exists(folder)) return;
        foreach (var file in Directory.EnumerateFiles(folder, "*" + Ending))
            if (Path.GetFileName(file) is var found && found.Length == name.Length + 1 + RandomPlaces + Ending.Length && found.StartsWith(name + ".", StringComparison.Ordinal)) RemoveIfAbandoned(file);
    }

    // Removed while it is locked, so that nobody begins to use it in between.
    private static void RemoveIfAbandoned(string attempt)
    {
        try
        {
            using var alone = new FileStream(attempt, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            File.Delete(attempt);
        }
        catch (Exception held) when (held is IOException or UnauthorizedAccessException)
        {
            // In use, or not ours to remove.
        }
    }

    // The failure to write is what is reported; a leftover that cannot go either would only hide it.
    private static void Remove(string attempt)
    {
        try { File.Delete(attempt); }
        catch (Exception leftover) when (leftover is IOException or UnauthorizedAccessException) { }
    }
}
