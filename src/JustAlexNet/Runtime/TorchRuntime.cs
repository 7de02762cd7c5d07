using System.Runtime.InteropServices;
using TorchSharp;

namespace JustAlexNet.Runtime;

/// <summary>Makes libtorch ready: checks that it loads, sets up allocator and threads before the first tensor.</summary>
/// <remarks>Everything of ours that makes tensors calls <see cref="Prepare"/> first; a program that makes its own tensors earlier should do so too. Thread-safe.</remarks>
public static class TorchRuntime
{
    private static readonly Lazy<AllocatorSettings> Prepared = new(() =>
    {
        var allocator = AllocatorSettings.Apply();
        OpenMpSettings.Apply();
        RequireNativeLibrary();
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

    // TorchSharp, when its library does not load, copies half a gigabyte about and answers with a page of trace.
    private static void RequireNativeLibrary()
    {
        foreach (var name in new[] { "torch_cpu", "LibTorchSharp" })
        {
            try
            {
                NativeLibrary.Load(name, typeof(torch).Assembly, null);
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                throw new RuntimeException(
                    $"libtorch cannot be loaded: {name} ({e.Message.Split('\n')[0].Trim()})\n" +
                    "Build in the checkout with 'dotnet build -c Release' (it repairs the library for older systems); glibc 2.34 or newer on x86-64 is needed.", e);
            }
        }
    }
}
