using System.Runtime.InteropServices;

namespace JustAlexNet.Runtime;

/// <summary>What the CUDA driver says about the visible GPUs. TorchSharp does not pass it on.</summary>
internal static partial class GpuFeatures
{
    private const int CapabilityMajor = 75, CapabilityMinor = 76;      // CUdevice_attribute

    /// <summary>Compute capability of every visible GPU; empty without a driver.</summary>
    public static IReadOnlyList<(int Major, int Minor)> Capabilities()
    {
        try
        {
            if (Initialise(0) != 0 || Count(out var count) != 0) return [];
            var all = new List<(int, int)>();
            for (var i = 0; i < count; i++)
                if (Attribute(out var major, CapabilityMajor, i) == 0 && Attribute(out var minor, CapabilityMinor, i) == 0) all.Add((major, minor));
            return all;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return [];          // no driver, or none that can be opened: no GPU
        }
    }

    [LibraryImport("libcuda.so.1", EntryPoint = "cuInit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Initialise(uint flags);

    [LibraryImport("libcuda.so.1", EntryPoint = "cuDeviceGetCount")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Count(out int count);

    [LibraryImport("libcuda.so.1", EntryPoint = "cuDeviceGetAttribute")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Attribute(out int value, int attribute, int device);
}
