namespace JustAlexNet.Reports;

/// <summary>A file of results (a picture, a table) cannot be written, or a table cannot be read back.</summary>
public sealed class EvaluationFileException : JustAlexNetException
{
    internal EvaluationFileException(string path, string message, Exception? cause = null) : base(message, cause) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}
