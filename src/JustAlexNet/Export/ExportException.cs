namespace JustAlexNet.Export;

/// <summary>A network cannot be exported, or what was written does not compute what it must; then there is no file.</summary>
/// <param name="message">One to three lines for a person.</param>
/// <param name="cause">What was caught on the way, if anything.</param>
public sealed class ExportException(string message, Exception? cause = null) : JustAlexNetException(message, cause);
