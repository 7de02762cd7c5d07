using JustAlexNet.Files;

namespace JustAlexNet.Runs;

/// <summary>The folder that a verb leaves its files in.</summary>
public static class OutputFolder
{
    internal const string Elsewhere = "name another folder with `output`";

    /// <summary>Makes the folder where there is none, and shows that files of some size can be written to it, before anything is computed.</summary>
    /// <param name="folder">The folder; those above it are made too.</param>
    /// <param name="elsewhere">How another folder is named, without a stop: <c>name another folder with `output`</c>. The last line of the error.</param>
    /// <returns>Disposing it takes the folders that were made away again, as far as they are still empty: a verb that came to nothing leaves none.</returns>
    /// <exception cref="RunException">It is a file, must not be written, or the disk is full.</exception>
    public static IDisposable Make(string folder, string elsewhere)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var made = new EmptyFolders(folder);
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, ".write-test");
            try
            {
                AtomicFile.Write(probe, new string(' ', 4096));
            }
            finally
            {
                File.Delete(probe);
            }
            return made;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            made.Dispose();
            throw new RunException($"cannot write to the folder {folder}: {(File.Exists(folder) ? "it is a file" : Reason(e))}\n{Advice(e, elsewhere)}.", e);
        }
    }

    /// <summary>As <see cref="Make"/>, and claims the folder for one run until it is disposed; what runs that were killed left half written goes.</summary>
    /// <exception cref="RunException">Likewise, or another run has it.</exception>
    internal static IDisposable Claim(string folder, TimeProvider clock)
    {
        var made = Make(folder, Elsewhere);
        FolderLock? taken = null;
        try
        {
            taken = FolderLock.Take(folder, clock);
            AtomicFile.RemoveAbandonedIn(folder);       // a file that is never written again would keep its half for ever
            return new ClaimedFolder(taken, made);
        }
        catch
        {
            taken?.Dispose();
            made.Dispose();
            throw;
        }
    }

    private sealed class ClaimedFolder(FolderLock held, IDisposable made) : IDisposable
    {
        public void Dispose()
        {
            held.Dispose();
            made.Dispose();     // only then may the folder be empty
        }
    }

    /// <summary>Why something could not be written, in few words: the system's, without its paths.</summary>
    public static string Reason(Exception cause) => WriteFault.Reason(cause);

    /// <summary>What to do about it, by the reason: a sentence without its stop, <c>Free some space, or name another place</c>.</summary>
    /// <param name="cause">What was thrown.</param>
    /// <param name="elsewhere">How another place is named: <c>name another place</c>.</param>
    public static string Advice(Exception cause, string elsewhere) => WriteFault.Advice(cause, elsewhere);
}
