using System.Runtime.InteropServices;

namespace JustAlexNet.Runtime;

/// <summary>How libtorch's OpenMP threads wait for each other: asleep, not spinning.</summary>
/// <remarks>
/// libgomp's threads spin by default. The loader's threads share the cores with them, and so may other programs: a thread that spins for one
/// that is not running costs a whole time slice at every barrier (on a busy two-core machine five times slower training). Set before libtorch is
/// loaded, which reads it once, by <see cref="TorchRuntime.TuneProcess"/>; OMP_WAIT_POLICY or GOMP_SPINCOUNT in the environment win.
/// </remarks>
internal static partial class OpenMpSettings
{
    private static readonly string[] Deciding = ["OMP_WAIT_POLICY", "GOMP_SPINCOUNT"];

    /// <summary>What <see cref="Apply"/> does or has done, in a few words.</summary>
    public static string Description =>
        !OperatingSystem.IsLinux() ? "the system's own (not Linux)"
        : Deciding.FirstOrDefault(IsSet) is { } name ? $"as the environment says ({name}={Environment.GetEnvironmentVariable(name)})" : "waiting threads sleep";

    public static void Apply()
    {
        if (!OperatingSystem.IsLinux() || Deciding.Any(IsSet)) return;
        _ = SetVariable("OMP_WAIT_POLICY", "passive", overwrite: 0);
    }

    private static bool IsSet(string name) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name));

    // .NET's own Environment.SetEnvironmentVariable is not seen by native libraries on Unix.
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
