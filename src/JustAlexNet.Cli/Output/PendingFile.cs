namespace JustAlexNet.Cli.Output;

/// <summary>A text file that takes its name only when it is complete.</summary>
internal sealed class PendingFile : IDisposable
{
    private readonly string path;
    private bool done;

    public PendingFile(string path)
    {
        this.path = path;
        Text = new StreamWriter(path + ".tmp");
    }

    /// <summary>Where to write.</summary>
    public StreamWriter Text { get; }

    /// <summary>Gives the file its name, in place of an older one.</summary>
    public void Commit()
    {
        Text.Dispose();
        File.Move(path + ".tmp", path, overwrite: true);
        done = true;
    }

    public void Dispose()
    {
        if (done) return;
        Text.Dispose();
        File.Delete(path + ".tmp");
    }
}
