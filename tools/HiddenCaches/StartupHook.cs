using System.Globalization;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

/// <summary>
/// Makes a process compute as on an AMD machine whose hypervisor hides the processor's caches, on any x86 machine with Linux: oneDNN 3.7.1, which libtorch convolves with, then takes the first data cache for
/// one byte. <c>DOTNET_STARTUP_HOOKS=.../HiddenCaches.dll justalexnet doctor</c>, or the same before <c>dotnet test</c>.
/// </summary>
/// <remarks>
/// Two places are changed. oneDNN's record of the processor (Xbyak's <c>util::Cpu</c>, a static of libtorch_cpu without a name: ten sizes of data caches, ten numbers of sharers, the number of levels) is filled when
/// the library is loaded; it is found among the library's written pages by the sizes that the system tells, before the first tensor can be made, and its sizes and sharers become 1, what comes of an empty CPUID leaf.
/// And <c>ProcessorFeatures.HidesCaches</c> is made true, since CPUID itself cannot be faked. <c>HIDDEN_CACHES_LOG</c> names a file in which each change is written down, a line each; what cannot be done ends the process.
/// The name and place of this class are the runtime's wish.
/// </remarks>
internal static class StartupHook
{
    private const string Library = "JustAlexNet", Features = "JustAlexNet.Runtime.ProcessorFeatures", Flag = "<HidesCaches>k__BackingField";
    private const int Sizes = 10, LevelsAt = 2 * Sizes;

    /// <summary>Called by the runtime before <c>Main</c>.</summary>
    public static void Initialize()
    {
        if (CacheSizes() is not [var first, var second, ..]) return;         // nothing to hide: the machine does it itself, or is no Linux
        AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) => Pretend(loaded.LoadedAssembly);
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies()) Pretend(assembly);
        new Thread(() =>
        {
            while (!Hide(first, second)) Thread.Sleep(2);
        })
        { IsBackground = true }.Start();
    }

    private static List<uint> CacheSizes()
    {
        const string folder = "/sys/devices/system/cpu/cpu0/cache";
        if (!Directory.Exists(folder)) return [];
        return [.. from cache in Directory.GetDirectories(folder, "index*")
                   where File.ReadAllText(Path.Combine(cache, "type")).Trim() != "Instruction"
                   orderby int.Parse(File.ReadAllText(Path.Combine(cache, "level")), CultureInfo.InvariantCulture)
                   select uint.Parse(File.ReadAllText(Path.Combine(cache, "size")).Trim().TrimEnd('K'), CultureInfo.InvariantCulture) << 10];
    }

    private static void Pretend(Assembly assembly)
    {
        if (assembly.GetName().Name != Library) return;
        var flag = assembly.GetType(Features)?.GetField(Flag, BindingFlags.Static | BindingFlags.NonPublic) ?? throw new MissingFieldException(Features, Flag);
        RuntimeHelpers.RunClassConstructor(flag.DeclaringType!.TypeHandle);
        var set = new DynamicMethod("set", typeof(void), [], assembly.ManifestModule, skipVisibility: true);         // reflection does not write read-only fields
        var code = set.GetILGenerator();
        code.Emit(OpCodes.Ldsflda, flag);
        code.Emit(OpCodes.Ldc_I4_1);
        code.Emit(OpCodes.Stind_I1);
        code.Emit(OpCodes.Ret);
        set.Invoke(null, null);
        Log("HidesCaches is true");
    }

    private static unsafe bool Hide(uint first, uint second)
    {
        foreach (var (begin, end) in WrittenPages("libtorch_cpu"))
            for (var record = (uint*)begin; record + LevelsAt < (uint*)end; record++)
                if (record[0] == first && record[1] == second && record[LevelsAt] is 2 or 3 or 4 && record[record[LevelsAt]] == 0)
                {
                    for (var level = 0; level < record[LevelsAt]; level++) record[level] = record[Sizes + level] = 1;
                    Log("oneDNN sees no caches");
                    return true;
                }
        return false;
    }

    // Its data, and what follows it without a gap and without a file: zeros at first, statics later. What lies farther off may be gone when it is read.
    private static List<(nint Begin, nint End)> WrittenPages(string library)
    {
        var pages = new List<(nint, nint)>();
        var (within, last) = (false, (nint)0);
        foreach (var line in File.ReadLines("/proc/self/maps"))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var ends = fields[0].Split('-').Select(address => nint.Parse(address, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
            within = fields.Length > 5 ? fields[5].Contains(library, StringComparison.Ordinal) : within && ends[0] == last;
            last = ends[1];
            if (within && fields[1].StartsWith("rw", StringComparison.Ordinal)) pages.Add((ends[0], ends[1]));
        }
        return pages;
    }

    private static void Log(string line)
    {
        if (Environment.GetEnvironmentVariable("HIDDEN_CACHES_LOG") is { Length: > 0 } file) File.AppendAllText(file, line + "\n");
    }
}
