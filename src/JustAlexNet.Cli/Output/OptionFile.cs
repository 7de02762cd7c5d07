using JustAlexNet.Files;
using JustAlexNet.Inference;
using JustAlexNet.Runs;

namespace JustAlexNet.Cli.Output;

/// <summary>A file that an option names: it takes its name only when it is complete (<see cref="AtomicFile"/>); a pipe or a device (<c>/dev/stdout</c>) is written directly. What goes wrong with it names file and option.</summary>
internal sealed class OptionFile : IDisposable
{
    private readonly string path, option;
    private readonly AtomicFile? whole;
    private readonly Lazy<StreamWriter> text;
    private bool isDone;

    /// <summary>Begins the file; its folder is made where there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option, with its dashes.</param>
    /// <param name="csvMark">Whether it begins with a byte order mark.</param>
    /// <exception cref="PredictionException">It cannot be made.</exception>
    public OptionFile(string path, string option, bool csvMark = false)
    {
        (this.path, this.option) = (path, option);
        (whole, Bytes) = Named(() =>
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder) Directory.CreateDirectory(folder);
            if (IsInPlace(path)) return (null, new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite));
            var made = new AtomicFile(path);
            return ((AtomicFile?)made, made.Content);
        });
        text = new(() => new StreamWriter(Bytes));
        if (csvMark) Text.Write('\uFEFF');
    }

    /// <summary>The file's text, UTF-8; not together with <see cref="Bytes"/>.</summary>
    public TextWriter Text => text.Value;

    /// <summary>The file's bytes.</summary>
    public Stream Bytes { get; }

    /// <summary>Does something that writes to the file, and to no other.</summary>
    /// <exception cref="PredictionException">It cannot be written.</exception>
    public void Write(Action<OptionFile> work) => Named(() =>
    {
        work(this);
        return true;
    });

    /// <summary>Gives the file its name, in place of an older one.</summary>
    /// <exception cref="PredictionException">It cannot be written.</exception>
    public void Commit() => Write(_ =>
    {
        if (text.IsValueCreated) text.Value.Flush();
        if (whole is null) Bytes.Flush();
        else whole.Commit();
        isDone = true;
    });

    /// <summary>Closes the file; without <see cref="Commit"/> it does not take its name.</summary>
    public void Dispose()
    {
        whole?.Dispose();
        try
        {
            if (whole is null && text.IsValueCreated) text.Value.Dispose();     // who reads a pipe gets the lines there were
            else Bytes.Dispose();
        }
        catch (IOException) when (!isDone)
        {
            // Its last bytes do not fit on the device either; why it was given up is reported already.
        }
    }

    // Pipes and devices have no length, and what a link leads to may have no name. An empty file, as a shell makes for >, loses nothing by being written in place.
    private static bool IsInPlace(string path) =>
        File.Exists(path) && (File.ResolveLinkTarget(Path.GetFullPath(path), returnFinalTarget: true) ?? new FileInfo(path)) is var target && (!target.Exists || new FileInfo(target.FullName).Length == 0);

    private T Named<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PredictionException($"cannot write {path}: {OutputFolder.Reason(e)}\n{OutputFolder.Advice(e, $"name another file with {option}")}.", e);
        }
    }
}
