using System.Runtime.InteropServices;
using TorchSharp;

namespace JustAlexNet.Runtime;

/// <summary>Makes libtorch ready, on older systems with a repaired copy of TorchSharp's library, and the process where its owner asks for it.</summary>
/// <remarks>
/// Everything of ours that makes tensors calls <see cref="Prepare"/> first; a program that makes its own tensors earlier should do so too. What belongs to the whole process,
/// allocator, environment and how libtorch takes memory, is left as it is unless the program calls <see cref="TuneProcess"/>. Thread-safe but for that call.
/// </remarks>
public static partial class TorchRuntime
{
    private static readonly Lazy<AllocatorSettings> Prepared = new(() =>
    {
        Native.LibTorchSharp.Load();        // TorchSharp, when its library does not load, copies half a gigabyte about and answers with a page of trace
        Native.LibTorch.Raw.Messages?.SilenceNnpack();
        if (tuned is null) return AllocatorSettings.NotAsked;
        Native.LibTorch.Raw.Messages?.OnlyErrors();
        if (tuned.IsGlibcOurs) Native.TensorBlocks.Install();
        return tuned;
    });

    private static readonly string? Refused = AllocatorSettings.SwitchFault;

    private static AllocatorSettings? tuned;
    private static volatile bool examining;

    /// <summary>Sets the whole process up for training, as the <c>justalexnet</c> command does: 1.3 to 2 times faster, in about half the memory. Without it everything works, slower.</summary>
    /// <remarks>
    /// To be the first statement of <c>Main</c>, because it changes what threads share without asking them: the environment, and a function address in libtorch. It loads nothing. On Linux:
    /// <list type="bullet">
    /// <item>glibc keeps freed memory (<see cref="AllocatorSettings"/>): memory once used stays with the process;</item>
    /// <item><c>GOMP_SPINCOUNT=2000</c> in the native environment, unless it or <c>OMP_WAIT_POLICY</c> is set: libgomp's waiting threads spin for some 40 microseconds, then sleep. Child processes do not inherit it;</item>
    /// <item>when libtorch is loaded later, its calls of <c>posix_memalign</c> are led to a function of ours, so that freed blocks can be used again;</item>
    /// <item>then also, on every system, libtorch writes errors only to standard error, no warnings, unless <c>TORCH_CPP_LOG_LEVEL</c> is set.</item>
    /// </list>
    /// A second call does nothing. Where another allocator than glibc's serves the process (LD_PRELOAD), that one is left alone. <see cref="Prepare"/> says what became of it.
    /// </remarks>
    /// <exception cref="InvalidOperationException">libtorch is in use already.</exception>
    public static void TuneProcess()
    {
        if (tuned is not null) return;
        if (Prepared.IsValueCreated) throw new InvalidOperationException("TorchRuntime.TuneProcess comes too late: libtorch is in use. Make it the first statement of Main.");
        tuned = AllocatorSettings.Apply();
        OpenMpSettings.Apply();
    }

    /// <summary>Loads and sets up libtorch once per process; later calls cost nothing.</summary>
    /// <returns>What was done about the allocator.</returns>
    /// <exception cref="RuntimeException">libtorch cannot be loaded, or <see cref="AllocatorSettings.Switch"/> has a value that it cannot have.</exception>
    public static AllocatorSettings Prepare() => Refused is null || examining ? Prepared.Value : throw new RuntimeException(Refused);

    /// <summary>To be called last in <c>Main</c>, where all is written and freed: lets the process end without the destructors of libtorch's static objects, which take a tenth of a second and free what the system frees anyway.</summary>
    /// <remarks>On Linux: what listens for <see cref="AppDomain.ProcessExit"/> is told first, then the process ends by <c>_exit</c> (man page _exit(2)). Elsewhere it does nothing.</remarks>
    /// <param name="exitCode">The process's, which <c>Main</c> returns too.</param>
    public static void SkipDestructors(int exitCode)
    {
        if (OperatingSystem.IsLinux() && Prepared.IsValueCreated) AppDomain.CurrentDomain.ProcessExit += (_, _) => Exit(exitCode);
    }

    /// <summary>The same for an examination of the machine, which reports wrong settings instead of ending with them: this process refuses none from now on.</summary>
    internal static AllocatorSettings PrepareToExamine()
    {
        examining = true;
        return Prepared.Value;
    }

    /// <summary>How libtorch's threads wait for each other, in a few words.</summary>
    internal static string Waiting => tuned is null ? "libgomp's own (the program has not called TorchRuntime.TuneProcess)" : OpenMpSettings.Description;

    /// <summary>What is slower, or less quiet, than it could be because the loaded libtorch lacks a function or is not the version for which it was written, a sentence each with the cost; empty with the libtorch that the project pins.</summary>
    public static IReadOnlyList<string> MissingFunctions => Native.TensorBlocks.Missing is { } missing ? [.. Native.LibTorch.Loaded.Missing, missing] : Native.LibTorch.Loaded.Missing;

    /// <summary>Threads that one operator may use (libtorch's intra-op threads), 1 or more. Default: the machine's cores as libtorch counts them.</summary>
    /// <remarks>Part of what determinism depends on: sums are split by it.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public static int Threads
    {
        get
        {
            Prepare();
            return torch.get_num_threads();
        }
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            Prepare();
            torch.set_num_threads(value);
        }
    }

    /// <summary>Versions of the libraries that results depend on, by package name.</summary>
    public static IReadOnlyDictionary<string, string> Versions()
    {
        Prepare();
        return new Dictionary<string, string>
        {
            ["justalexnet"] = VersionOf(typeof(TorchRuntime)),
            ["torchsharp"] = VersionOf(typeof(torch)),
            ["libtorch"] = torch.__version__,
            ["dotnet"] = Environment.Version.ToString(),
        };
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void Exit(int code);

    private static string VersionOf(Type type) => type.Assembly.GetName().Version!.ToString(3);
}
