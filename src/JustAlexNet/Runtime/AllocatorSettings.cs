using System.Runtime.InteropServices;
using JustAlexNet.Runtime.Native;

namespace JustAlexNet.Runtime;

/// <summary>What was done about glibc's allocator, which by itself returns the large activation blocks to the system after every step and faults them in again.</summary>
/// <remarks>
/// On Linux with glibc, in a program that calls <see cref="TorchRuntime.TuneProcess"/>: no block is mapped on its own, nothing is given back, the heap grows by 256 MiB
/// at a time (<c>mallopt</c> with M_MMAP_MAX 0, M_TRIM_THRESHOLD -1, M_TOP_PAD 256 MiB; man page mallopt(3)). 1.3 to 2 times faster training.
/// The price: memory once used stays with the process. <c>JUSTALEXNET_ALLOCATOR=system</c> leaves the allocator alone; what glibc's own variables
/// (<c>MALLOC_TOP_PAD_</c> and its like, <c>GLIBC_TUNABLES</c>) set stays as they say; another allocator (preloaded jemalloc, tcmalloc, mimalloc) stays in charge.
/// </remarks>
/// <param name="Tuned">Whether the settings are in force.</param>
/// <param name="Reason">Why, in a few words.</param>
public sealed partial record AllocatorSettings(bool Tuned, string Reason)
{
    /// <summary>The environment variable that switches the settings off (value <c>system</c>).</summary>
    public const string Switch = "JUSTALEXNET_ALLOCATOR";

    private const string Tunables = "GLIBC_TUNABLES";

    // Option and value of mallopt, and the names by which the environment sets the same, or what makes it moot.
    private static readonly (int Option, int Value, string[] Variables, string[] Tunables)[] Options =
    [
        (-4, 0, ["MALLOC_MMAP_MAX_", "MALLOC_MMAP_THRESHOLD_"], ["glibc.malloc.mmap_max", "glibc.malloc.mmap_threshold"]),
        (-1, -1, ["MALLOC_TRIM_THRESHOLD_"], ["glibc.malloc.trim_threshold"]),
        (-2, 256 << 20, ["MALLOC_TOP_PAD_"], ["glibc.malloc.top_pad"]),
    ];

    /// <summary>The variables that <see cref="Apply"/> looks at.</summary>
    internal static IEnumerable<string> Variables => [Switch, .. Options.SelectMany(option => option.Variables), Tunables];

    /// <summary>The library that serves the memory instead of glibc; null where that is glibc, or where it is not known.</summary>
    internal string? Foreign { get; init; }

    /// <summary>Whether the program asked for settings.</summary>
    internal bool Asked { get; init; } = true;

    /// <summary>Nothing was done because the program did not ask for it.</summary>
    internal static AllocatorSettings NotAsked { get; } = new(false, "the system's own (the program has not called TorchRuntime.TuneProcess)") { Asked = false };

    /// <summary>Whether glibc serves the memory and this process may adjust how.</summary>
    internal bool IsGlibcOurs { get; init; }

    /// <summary>Whether the environment sets all that would be set here.</summary>
    internal bool IsLeftToEnvironment { get; init; }

    /// <summary>What is wrong where <see cref="Switch"/> has a value that it cannot have, else null.</summary>
    internal static string? SwitchFault => Environment.GetEnvironmentVariable(Switch) is { Length: > 0 } choice && choice != "system" ? $"{Switch} is '{choice}', expected system (leave the allocator alone) or nothing." : null;

    /// <summary>Applies the settings; an unknown <see cref="Switch"/> leaves the allocator alone, and <see cref="SwitchFault"/> tells.</summary>
    internal static AllocatorSettings Apply()
    {
        if (Environment.GetEnvironmentVariable(Switch) is { Length: > 0 } choice) return new(false, $"left alone ({Switch}={choice})");
        if (!OperatingSystem.IsLinux()) return new(false, "the system's own (not Linux)");
        if (!SystemAllocator.IsGlibc(out var foreign))
            return foreign is null ? new(false, "the system's own (not glibc)") : new(false, $"left to {foreign}, which serves malloc here instead of glibc") { Foreign = foreign };
        var (set, left) = (Options.Where(option => Chosen(option.Variables, option.Tunables) is null), Options.Select(option => Chosen(option.Variables, option.Tunables)).OfType<string>().ToList());
        foreach (var (option, value, _, _) in set)
            if (SetOption(option, value) != 1) return new(false, "glibc refused the settings");
        if (left.Count == Options.Length) return new(false, $"left to the environment ({string.Join(", ", left)})") { IsGlibcOurs = true, IsLeftToEnvironment = true };
        return new(true, left.Count == 0 ? "glibc keeps its memory" : $"glibc keeps its memory, {string.Join(", ", left)} as the environment says") { IsGlibcOurs = true };
    }

    private static string? Chosen(string[] variables, string[] tunables)
    {
        var tuned = Environment.GetEnvironmentVariable(Tunables) is { } text ? text.Split(':').Select(pair => pair.Split('=')[0]) : [];
        return variables.FirstOrDefault(name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))) ?? tunables.FirstOrDefault(tuned.Contains);
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int option, int value);
}
