using JustAlexNet.Inference;
using JustAlexNet.Runs;

namespace JustAlexNet.Cli.Output;

/// <summary>A file that an option names: written as a whole, see <see cref="PendingFile"/>; what goes wrong with it names file and option.</summary>
internal sealed class OptionFile : IDisposable
{
    private readonly string path, option;
    private readonly PendingFile file;

    /// <summary>Begins the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option, with its dashes.</param>
    /// <param name="csvMark">Whether it begins with a byte order mark.</param>
    /// <exception cref="PredictionException">It cannot be made.</exception>
    public OptionFile(string path, string option, bool csvMark = false)
    {
        (this.path, this.option) = (path, option);
        file = Named(() => new PendingFile(path));
        if (csvMark) file.Text.Write('\uFEFF');
    }

    /// <summary>The file's text.</summary>
    public TextWriter Text => file.Text;

    /// <summary>The file's bytes.</summary>
    public Stream Bytes => file.Bytes;

    /// <summary>Does something that writes to the file, and to no other.</summary>
    /// <exception cref="PredictionException">It cannot be written.</exception>
    public void Write(Action<OptionFile> work) => Named(() =>
    {
        work(this);
        return true;
    });

    /// <summary>Gives the file its name, in place of an older one.</summary>
    /// <exception cref="PredictionException">It cannot be written.</exception>
    public void Commit() => Write(_ => file.Commit());

    public void Dispose() => file.Dispose();

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
