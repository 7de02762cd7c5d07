using TorchSharp;

namespace JustAlexNet.Runtime;

/// <summary>Makes libtorch ready: loads it, on older systems with a repaired copy of TorchSharp's library, sets up allocator and threads before the first tensor.</summary>
/// <remarks>Everything of ours that makes tensors calls <see cref="Prepare"/> first; a program that makes its own tensors earlier should do so too. Thread-safe.</remarks>
public static class TorchRuntime
{
    private static readonly Lazy<AllocatorSettings> Prepared = new(() =>
    {
        var allocator = AllocatorSettings.Apply();
        OpenMpSettings.Apply();
        Native.LibTorchSharp.Load();        // TorchSharp, when its library does not load, copies half a gigabyte about and answers with a page of trace
        if (allocator.Tuned) Native.TensorBlocks.Install();
        return allocator;
    });

    /// <summary>Loads and sets up libtorch once per process; later calls cost nothing.</summary>
    /// <returns>What was done about the allocator.</returns>
    /// <exception cref="RuntimeException">libtorch cannot be loaded.</exception>
    public static AllocatorSettings Prepare() => Prepared.Value;

    /// <summary>What is slower than it could be because the loaded libtorch lacks a function, a sentence each with the cost; empty with the libtorch that the project pins.</summary>
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

    private static string VersionOf(Type type) => type.Assembly.GetName().Version!.ToString(3);
}
