namespace JustAlexNet.Serving.Http;

/// <summary>A server cannot start: a port is taken, a key file or certificate cannot be used.</summary>
/// <param name="message">For the person who started it; settings in backquotes.</param>
/// <param name="cause">What was caught on the way, if anything.</param>
public sealed class ServingSetupException(string message, Exception? cause = null) : JustAlexNetException(message, cause);
