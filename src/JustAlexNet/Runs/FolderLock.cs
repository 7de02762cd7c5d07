using System.Globalization;
using JustAlexNet.Files;

namespace JustAlexNet.Runs;

/// <summary>A folder claimed for one run: a second one is refused while the first lives. The system takes the claim back when the process ends, however it ends.</summary>
/// <remarks>
/// An advisory lock (flock) on an empty file; a second file names the process, since .NET opens no locked file, not even to read it. Where the file system has no
/// locks, such as some network shares, it claims nothing.
/// </remarks>
internal sealed class FolderLock : IDisposable
{
    private const string Name = ".justalexnet.lock", HolderName = ".justalexnet.holder";

    private readonly string folder;
    private readonly FileStream file;

    private FolderLock(string folder, FileStream file) => (this.folder, this.file) = (folder, file);

    /// <summary>Whether a file is a claim's.</summary>
    public static bool Owns(string file) => Path.GetFileName(file) is Name or HolderName;

    /// <summary>Claims a folder that is there and may be written.</summary>
    /// <exception cref="RunException">Another process, or another run of this one, has it.</exception>
    /// <exception cref="IOException">The files cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission is missing.</exception>
    public static FolderLock Take(string folder, TimeProvider clock)
    {
        var path = Path.Combine(folder, Name);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException claimed) when (File.Exists(path))
        {
            throw new RunException($"another run is writing to {folder} ({Holder(folder)}).\nWait for its end, or name another folder with `output`.", claimed);
        }
        var taken = new FolderLock(folder, file);
        try
        {
            AtomicFile.Write(Path.Combine(folder, HolderName), string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}, since {clock.GetLocalNow():yyyy-MM-dd HH:mm:ss}"));
            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        try
        {
            foreach (var name in new[] { HolderName, Name }) File.Delete(Path.Combine(folder, name));      // before the claim ends, or they might be another's
        }
        catch (Exception left) when (left is IOException or UnauthorizedAccessException)
        {
            // A file without a claim on it hinders nobody.
        }
        file.Dispose();
    }

    // Whoever holds the claim, in words.
    private static string Holder(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, HolderName)) is { Length: > 0 } holder ? holder : "a process that has just begun";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "a process that has just begun";
        }
    }
}
