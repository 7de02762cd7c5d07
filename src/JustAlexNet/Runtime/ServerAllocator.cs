using System.Runtime.InteropServices;
using JustAlexNet.Runtime.Native;

namespace JustAlexNet.Runtime;

/// <summary>glibc's allocator for a program that serves for weeks and loads models anew: blocks of 128 KiB and more are mapped on their own and given back when they are freed, and all threads share one heap for smaller ones.</summary>
/// <remarks>
/// By itself glibc raises that bound up to 32 MiB as blocks are freed (man page mallopt(3), M_MMAP_THRESHOLD), and what was a model or a decoded photo stays with the process, once for each of the heaps that threads have (M_ARENA_MAX). On Linux with glibc only; <c>JUSTALEXNET_ALLOCATOR=system</c>,
/// and glibc's own variables, leave it alone. Not for training, which wants the opposite (<see cref="AllocatorSettings"/>).
/// </remarks>
public static partial class ServerAllocator
{
    private const int MmapThreshold = -3, ArenaMax = -8, Bound = 128 << 10;

    /// <summary>Applies it to this process; whoever owns the process calls it once, at its start. libtorch is not loaded.</summary>
    /// <returns>Whether it is in force.</returns>
    public static bool Apply() =>
        OperatingSystem.IsLinux() && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(AllocatorSettings.Switch)) && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("MALLOC_MMAP_THRESHOLD_"))
        && Environment.GetEnvironmentVariable("GLIBC_TUNABLES")?.Contains("mmap_threshold", StringComparison.Ordinal) != true
        && SystemAllocator.IsGlibc(out _) && SetOption(MmapThreshold, Bound) == 1 && SetOption(ArenaMax, 1) == 1;

    [LibraryImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int option, int value);
}
