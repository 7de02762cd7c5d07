namespace JustAlexNet.Serving;

/// <summary>Models cannot be served: their files are missing, damaged, or do not say what a server has to know.</summary>
/// <param name="message">For the person who started the program; all models at fault are named.</param>
/// <param name="cause">What was caught on the way, if anything.</param>
public sealed class ModelLoadException(string message, Exception? cause = null) : JustAlexNetException(message, cause);
