namespace JustAlexNet.Onnx;

/// <summary>An .onnx file cannot be used: it is damaged, or it is no network of one picture in and one row of numbers out.</summary>
/// <param name="message">One to three lines for a person.</param>
/// <param name="cause">What was caught on the way, if anything.</param>
public sealed class OnnxException(string message, Exception? cause = null) : JustAlexNetException(message, cause);
