namespace JustAlexNet.Transfer;

/// <summary>Learning from few pictures cannot start or go on: options out of range, pretrained weights that do not fit, too few pictures.</summary>
/// <param name="message">One to three lines for a person.</param>
/// <param name="cause">What was caught on the way, if anything.</param>
public sealed class TransferException(string message, Exception? cause = null) : JustAlexNetException(message, cause);
