using JustAlexNet.Imaging.Native;
using Microsoft.ML.OnnxRuntime;

namespace JustAlexNet.Onnx;

/// <summary>How ONNX Runtime starts in this process: silent, and without telemetry.</summary>
/// <remarks>
/// Its packages report to Microsoft by default, on Linux too since 1.31: a device's number is kept in the user's cache (<c>Microsoft/DeveloperTools/.onnxruntime</c>) and sessions are told to
/// mobile.events.data.microsoft.com. A program of ours tells nobody what its user does.
/// </remarks>
internal static class OnnxEnvironment
{
    private static readonly Lock Once = new();

    /// <summary>Before anything of ONNX Runtime is used: no telemetry, and nothing but fatal errors on standard error (a session's own level comes too late for what it says of the machine's devices). Where the program has started it already, changes nothing.</summary>
    public static void Start()
    {
        lock (Once)
        {
            Environment.SetEnvironmentVariable("ORT_DISABLE_TELEMETRY", "1");
            if (!OperatingSystem.IsWindows()) NativeEnvironment.Set("ORT_DISABLE_TELEMETRY", "1", overwrite: true);
            if (OrtEnv.IsCreated) return;
            var options = new EnvironmentCreationOptions { logId = "justalexnet", logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            var environment = OrtEnv.CreateInstanceWithOptions(ref options);
            if (OperatingSystem.IsWindows()) environment.DisableTelemetryEvents();
        }
    }
}
