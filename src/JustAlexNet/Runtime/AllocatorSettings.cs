using System.Runtime.InteropServices;

namespace JustAlexNet.Runtime;

/// <summary>What was done about glibc's allocator, which by itself returns the large activation blocks to the system after every step and faults them in again.</summary>
/// <remarks>
/// On Linux with glibc: no block is mapped on its own, nothing is given back, the heap grows by 256 MiB at a time
/// (<c>mallopt</c> with M_MMAP_MAX 0, M_TRIM_THRESHOLD -1, M_TOP_PAD 256 MiB; man page mallopt(3)). 1.3 to 2 times faster training.
/// The price: memory once used stays with the process. <c>JUSTALEXNET_ALLOCATOR=system</c> leaves the allocator alone.
/// </remarks>
/// <param name="Tuned">Whether the settings are in force.</param>
/// <param name="Reason">Why, in a few words.</param>
public sealed partial record AllocatorSettings(bool Tuned, string Reason)
{
    /// <summary>The environment variable that switches the settings off (value <c>system</c>).</summary>
    public const string Switch = "JUSTALEXNET_ALLOCATOR";

    private const int TrimThreshold = -1, TopPad = -2, MapMax = -4;

    internal static AllocatorSettings Apply()
    {
        if (Environment.GetEnvironmentVariable(Switch) is { Length: > 0 } choice)
            return choice == "system"
                ? new(false, $"left alone ({Switch}=system)")
                : throw new RuntimeException($"{Switch} is '{choice}', expected system (leave the allocator alone) or nothing.");
        if (!OperatingSystem.IsLinux()) return new(false, "the system's own (not Linux)");
        try
        {
            var done = SetOption(MapMax, 0) & SetOption(TrimThreshold, -1) & SetOption(TopPad, 256 << 20);
            return done == 1 ? new(true, "glibc keeps its memory") : new(false, "glibc refused the settings");
        }
        catch (EntryPointNotFoundException)
        {
            return new(false, "the system's own (not glibc)");
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int option, int value);
}
