using System.Globalization;

namespace JustAlexNet.Runs;

/// <summary>A folder claimed for one run: a second one is refused while the first lives. The system takes the claim back when the process ends, however it ends.</summary>
/// <remarks>An advisory lock (flock) on a small file that names the process; where the file system has none, such as some network shares, it claims nothing.</remarks>
internal sealed class FolderLock : IDisposable
{
    private const string Name = ".justalexnet.lock";

    private readonly string path;
    private readonly FileStream file;

    private FolderLock(string path, FileStream file) => (this.path, this.file) = (path, file);

    /// <summary>Claims a folder that is there and may be written.</summary>
    /// <exception cref="RunException">Another process, or another run of this one, has it.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission is missing.</exception>
    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, Name);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (Holder(path) is { } holder)
        {
            throw new RunException($"another run is writing to {folder} ({holder}).\nWait for its end, or name another folder with `output`.");
        }
        file.SetLength(0);
        using (var text = new StreamWriter(file, leaveOpen: true)) text.Write(string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}, since {DateTimeOffset.Now:yyyy-MM-dd HH:mm:ss}"));
        return new FolderLock(path, file);
    }

    public void Dispose()
    {
        try
        {
            File.Delete(path);      // before the claim ends, or it might be another's
        }
        catch (Exception left) when (left is IOException or UnauthorizedAccessException)
        {
            // A file without a claim on it hinders nobody.
        }
        file.Dispose();
    }

    // Whoever holds the claim, in words; null where nobody does and the file cannot be opened for another reason.
    private static string? Holder(string path)
    {
        try
        {
            using var read = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var text = new StreamReader(read);
            return text.ReadToEnd() is { Length: > 0 } holder ? holder : "a process that has just begun";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
