using JustAlexNet.Runtime.Native;

namespace JustAlexNet.Files;

/// <summary>Makes a folder as a whole: it is filled elsewhere and gets its name when it is complete. Not thread-safe.</summary>
/// <remarks>
/// Filled is an attempt beside the place (<c>path.RANDOM.justalexnet-attempt</c>). Where an empty folder stands in the place, which may be another disk's, it is a hidden one in it, whose content is moved up at the end.
/// A file beside the attempt is locked while it is filled; attempts of killed processes, whose lock nobody holds, are removed by the next one of the same place.
/// </remarks>
internal sealed class AtomicFolder : IDisposable
{
    private const string Ending = ".justalexnet-attempt", ClaimEnding = ".claim";
    private const int RandomPlaces = 8;

    private readonly string target;
    private readonly bool isInside;
    private readonly EmptyFolders above;
    private readonly FileStream claim;

    /// <summary>Begins an attempt; folders above the place are made.</summary>
    /// <param name="path">The folder to make; <see cref="IsFree"/>.</param>
    /// <exception cref="IOException">The place is taken, or space is missing.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission is missing.</exception>
    public AtomicFolder(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!IsFree(path)) throw new IOException($"Something is there already : '{path}'");
        target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        isInside = Directory.Exists(target);
        var folder = isInside ? target : Path.GetDirectoryName(target)!;
        above = new EmptyFolders(folder);
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var left in Directory.EnumerateDirectories(folder).Where(IsAttempt).ToList()) RemoveIfAbandoned(left);
            Attempt = Path.Combine(folder, $"{Prefix}{Path.GetRandomFileName()[..RandomPlaces]}{Ending}");
            claim = new FileStream(Attempt + ClaimEnding, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);     // before the folder, so that none is ever without
            Directory.CreateDirectory(Attempt);
        }
        catch
        {
            if (claim is not null) Remove();
            above.Dispose();
            throw;
        }
    }

    /// <summary>Where to put what the folder is to hold.</summary>
    public string Attempt { get; } = "";

    /// <summary>Whether a folder can be made in a place: nothing stands there, or an empty folder, apart from attempts.</summary>
    public static bool IsFree(string path)
    {
        if (!Directory.Exists(path)) return !Path.Exists(path) && new FileInfo(Path.TrimEndingDirectorySeparator(path)).LinkTarget is null;
        return Directory.EnumerateFileSystemEntries(path).All(entry => Path.GetFileName(entry) is ['.', ..] name && (name.EndsWith(Ending, StringComparison.Ordinal) || name.EndsWith(Ending + ClaimEnding, StringComparison.Ordinal)));
    }

    /// <summary>Gives the content its name.</summary>
    /// <exception cref="IOException">Something has come to stand in the place meanwhile.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission is missing.</exception>
    public void Commit()
    {
        if (isInside)
            foreach (var entry in Directory.EnumerateFileSystemEntries(Attempt).ToList()) Directory.Move(entry, Path.Combine(target, Path.GetFileName(entry)));
        else
            Directory.Move(Attempt, target);
        FileSystem.FlushFolder(Path.GetDirectoryName(Attempt)!);
    }

    /// <summary>Removes what was not given its name, and the folders above that were made for it.</summary>
    public void Dispose()
    {
        Remove();
        above.Dispose();
    }

    private string Prefix => isInside ? "." : $"{Path.GetFileName(target)}.";

    private bool IsAttempt(string folder) =>
        Path.GetFileName(folder) is var name && name.Length == Prefix.Length + RandomPlaces + Ending.Length && name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Ending, StringComparison.Ordinal);

    private void Remove()
    {
        Delete(Attempt);
        claim.Dispose();        // Windows deletes no open file
        File.Delete(claim.Name);
    }

    // The claim is held while the folder goes, so that two do not remove it at once.
    private static void RemoveIfAbandoned(string attempt)
    {
        try
        {
            using (new FileStream(attempt + ClaimEnding, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)) Delete(attempt);
            File.Delete(attempt + ClaimEnding);
        }
        catch (Exception held) when (held is IOException or UnauthorizedAccessException)
        {
            // In use, or not ours to remove.
        }
    }

    private static void Delete(string attempt)
    {
        try { Directory.Delete(attempt, recursive: true); }
        catch (DirectoryNotFoundException) { }
    }
}
