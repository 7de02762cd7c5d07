using JustAlexNet.Files;

namespace JustAlexNet.Reports;

/// <summary>The files of this room, whole at every moment.</summary>
internal static class ResultFile
{
    /// <exception cref="EvaluationFileException">Folder, permission or space is missing.</exception>
    public static void Write(string path, ReadOnlyMemory<byte> content) => Write(path, file => file.Write(content.Span));

    /// <summary>The same piece by piece.</summary>
    /// <exception cref="EvaluationFileException">Folder, permission or space is missing.</exception>
    public static void Write(string path, Action<Stream> content)
    {
        try
        {
            AtomicFile.Write(path, content);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationFileException(path, $"Cannot write {path}: {WriteFault.Reason(cause, path)}\n{WriteFault.Advice(cause, path, "name another place")}.", cause);
        }
    }
}

/// <summary>A file of results (a picture, a table) cannot be written, or a table cannot be read back.</summary>
public sealed class EvaluationFileException : JustAlexNetException
{
    internal EvaluationFileException(string path, string message, Exception? cause = null) : base(message, cause) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
