using Microsoft.ML.OnnxRuntime;

namespace JustAlexNet.Onnx;

/// <summary>What ONNX Runtime writes to standard error by itself while it starts (what it thinks of the machine's devices); a session's own level comes too late for that.</summary>
internal static class OnnxMessages
{
    private static readonly Lock Once = new();

    /// <summary>Starts ONNX Runtime so that it writes nothing but fatal errors. Where the program has started it already, changes nothing.</summary>
    public static void Silence()
    {
        lock (Once)
        {
            if (OrtEnv.IsCreated) return;
            var options = new EnvironmentCreationOptions { logId = "justalexnet", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            _ = OrtEnv.CreateInstanceWithOptions(ref options);
        }
    }
}
