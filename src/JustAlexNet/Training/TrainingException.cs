namespace JustAlexNet.Training;

/// <summary>Training cannot start or go on: options out of range, a loss that is not finite, a folder that holds another run.</summary>
/// <param name="message">One to three lines for a person.</param>
/// <param name="cause">What was caught on the way, if anything.</param>
public sealed class TrainingException(string message, Exception? cause = null) : JustAlexNetException(message, cause);
