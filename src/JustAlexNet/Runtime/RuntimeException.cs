namespace JustAlexNet.Runtime;

/// <summary>The machine cannot do what was asked: no such device, no usable libtorch.</summary>
public sealed class RuntimeException(string message, Exception? cause = null) : JustAlexNetException(message, cause);
