namespace JustAlexNet.Inference;

/// <summary>A saved model cannot be used as asked: what it is, how its pictures are prepared or what its classes are called is missing or contradicts the request.</summary>
/// <param name="message">One to three lines for a person.</param>
/// <param name="cause">What was caught on the way, if anything.</param>
public sealed class PredictionException(string message, Exception? cause = null) : JustAlexNetException(message, cause);
