using System.Globalization;
using JustAlexNet.Imaging.Native;

namespace JustAlexNet.Runtime;

/// <summary>How libtorch's OpenMP threads wait for each other: spinning for some 40 microseconds, then asleep.</summary>
/// <remarks>
/// libgomp's threads spin for milliseconds by default. The loader's threads share the cores with them, and so may other programs: a thread that spins for one
/// that is not running costs a whole time slice at every barrier (on a busy two-core machine five times slower training). One that sleeps at once is woken too late where the
/// work is short: a photo at a time, small pictures. Set before libtorch is loaded, which reads it once, by <see cref="TorchRuntime.TuneProcess"/>; OMP_WAIT_POLICY or GOMP_SPINCOUNT in the environment win.
/// </remarks>
internal static class OpenMpSettings
{
    // Instructions of waiting, 60 cycles each on Zen 4, 140 on many of Intel's.
    private const int Spins = 2000;

    private static readonly string[] Deciding = ["OMP_WAIT_POLICY", "GOMP_SPINCOUNT"];

    /// <summary>What <see cref="Apply"/> does or has done, in a few words.</summary>
    public static string Description =>
        !OperatingSystem.IsLinux() ? "the system's own (not Linux)"
        : Deciding.FirstOrDefault(IsSet) is { } name ? $"as the environment says ({name}={Environment.GetEnvironmentVariable(name)})" : $"waiting threads spin {Spins} times, then sleep";

    public static void Apply()
    {
        if (!OperatingSystem.IsLinux() || Deciding.Any(IsSet)) return;
        NativeEnvironment.Set("GOMP_SPINCOUNT", Spins.ToString(CultureInfo.InvariantCulture), overwrite: false);
    }

    private static bool IsSet(string name) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name));
}
