namespace JustAlexNet.Cli.Output;

/// <summary>A file that takes its name only when it is complete. A link's target is written; a pipe or a device (<c>/dev/stdout</c>) directly.</summary>
internal sealed class PendingFile : IDisposable
{
    private readonly string target, attempt;
    private readonly Lazy<StreamWriter> text;
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
        Bytes = inPlace ? new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite) : new FileStream(attempt, FileMode.Create, FileAccess.Write, FileShare.Read);
        text = new(() => new StreamWriter(Bytes));
    }

    /// <summary>Where to write bytes.</summary>
    public FileStream Bytes { get; }

    /// <summary>Where to write a text, UTF-8; not together with <see cref="Bytes"/>.</summary>
    public StreamWriter Text => text.Value;

    /// <summary>Gives the file its name, in place of an older one.</summary>
    public void Commit()
    {
        Close();
        if (attempt != target) File.Move(attempt, target, overwrite: true);
        done = true;
    }

    public void Dispose()
    {
        if (done) return;
        try
        {
            Close();
        }
        catch (IOException)
        {
            // Its last lines do not fit on the disk either; why it was given up is reported already.
        }
        if (attempt != target) File.Delete(attempt);
    }

    private void Close()
    {
        if (text.IsValueCreated) Text.Dispose();
        Bytes.Dispose();
    }
}
