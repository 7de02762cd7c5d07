namespace JustAlexNet.Inference;

/// <summary>A data set cannot be used as it is: a folder that is no data set, a picture that cannot be read, too few pictures for a batch.</summary>
public sealed class DataException : JustAlexNetException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">One to three lines (a folder's at most twelve): expected, received, where, what to do next.</param>
    /// <param name="location">The file or folder it is about, as the caller gave it; null where it is about none.</param>
    /// <param name="cause">What was caught on the way, if anything.</param>
    public DataException(string message, string? location = null, Exception? cause = null) : base(message, cause) => Location = location;

    /// <summary>The file or folder it is about, as the caller gave it; null where it is about none.</summary>
    public string? Location { get; }
}
