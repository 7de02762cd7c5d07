namespace JustAlexNet.Weights;

/// <summary>A file of weights cannot be read or written, is not what it must be, or does not fit the network.</summary>
/// <param name="message">One to three lines for a person; one line more a kind of difference where a file does not fit.</param>
/// <param name="cause">What was caught on the way, if anything.</param>
public sealed class WeightsException(string message, Exception? cause = null) : JustAlexNetException(message, cause)
{
    /// <summary>The file, as the caller named it; null where there is none.</summary>
    public string? Path { get; init; }

    /// <summary>Every difference between file and network; null where something else is wrong.</summary>
    public StateMismatch? Mismatch { get; init; }
}
