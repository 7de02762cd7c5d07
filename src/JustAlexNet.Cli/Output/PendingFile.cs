namespace JustAlexNet.Cli.Output;

/// <summary>A text file that takes its name only when it is complete. A link's target is written; a pipe or a device (<c>/dev/stdout</c>) directly.</summary>
internal sealed class PendingFile : IDisposable
{
    private readonly string target, attempt;
    private bool done;

    /// <summary>Begins the file; its folder is made where there is none.</summary>
    /// <exception cref="IOException">No space, or the folder cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    public PendingFile(string path)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
        target = new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(Path.GetFullPath(path), returnFinalTarget: true)!.FullName;
        // Pipes and devices have no length. An empty file loses nothing by being written in place.
        var inPlace = File.Exists(path) && (!File.Exists(target) || new FileInfo(target).Length == 0);
        if (inPlace) target = path;
        attempt = inPlace ? path : $"{target}.{Path.GetRandomFileName()[..8]}.tmp";
        Text = inPlace ? new StreamWriter(new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) : new StreamWriter(attempt);
    }

    /// <summary>Where to write.</summary>
    public StreamWriter Text { get; }

    /// <summary>Gives the file its name, in place of an older one.</summary>
    public void Commit()
    {
        Text.Dispose();
        if (attempt != target) File.Move(attempt, target, overwrite: true);
        done = true;
    }

    public void Dispose()
    {
        if (done) return;
        try
        {
            Text.Dispose();
        }
        catch (IOException)
        {
            // Its last lines do not fit on the disk either; why it was given up is reported already.
        }
        if (attempt != target) File.Delete(attempt);
    }
}
