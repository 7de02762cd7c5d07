using System.Globalization;
using JustAlexNet.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace JustAlexNet.Runtime;

/// <summary>Where tensors live and are computed: <c>cpu</c>, <c>cuda:N</c> or <c>mps</c>.</summary>
public sealed record ComputeDevice
{
    private ComputeDevice(DeviceType type, int index) => (Type, Index) = (type, index);

    /// <summary>The processor.</summary>
    public static ComputeDevice Cpu { get; } = new(DeviceType.CPU, 0);

    /// <summary>The kind of device.</summary>
    public DeviceType Type { get; }

    /// <summary>Which device of its kind, from 0.</summary>
    public int Index { get; }

    /// <summary>Whether memory is copied to it from the host.</summary>
    public bool IsCuda => Type == DeviceType.CUDA;

    /// <summary>How many CUDA GPUs libtorch sees; 0 where the CUDA packages are not there.</summary>
    public static int CudaCount
    {
        get
        {
            TorchRuntime.Prepare();
            return HasCudaLibrary && cuda.is_available() ? cuda.device_count() : 0;
        }
    }

    /// <summary>Chooses a device.</summary>
    /// <param name="request"><c>auto</c> (CUDA, then MPS, then CPU), <c>cpu</c>, <c>cuda</c>, <c>cuda:N</c> or <c>mps</c>.</param>
    /// <exception cref="FormatException">The request has another form.</exception>
    /// <exception cref="RuntimeException">The device asked for is not there.</exception>
    public static ComputeDevice Select(string request)
    {
        ArgumentNullException.ThrowIfNull(request);
        TorchRuntime.Prepare();
        switch (request)
        {
            case "cpu": return Cpu;
            case "auto": return CudaCount > 0 ? new(DeviceType.CUDA, 0) : HasMps ? new(DeviceType.MPS, 0) : Cpu;
            case "mps":
                return HasMps ? new(DeviceType.MPS, 0)
                    : throw new RuntimeException("`device` mps: this machine has no Apple GPU that libtorch can use. Leave `device` out to take the best there is.");
        }
        var index = 0;
        if (request != "cuda" && !(request.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(request.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out index)))
            throw new FormatException($"'{request}' is no device, expected auto, cpu, cuda, cuda:N or mps.");
        var count = CudaCount;
        if (count == 0)
            throw new RuntimeException(
                $"`device` {request}: no CUDA GPU can be used ({(HasCudaLibrary ? "the driver shows none" : "this build has the CPU libraries")}).\n" +
                "Leave `device` out to take the best there is; for GPUs build with -p:TorchBackend=cuda (docs/cuda.md).");
        if (index >= count)
            throw new RuntimeException($"`device` {request}: this machine has {Counted.Of(count, "CUDA GPU")}, cuda:0{(count == 1 ? "" : $" to cuda:{count - 1}")}.");
        return new(DeviceType.CUDA, index);
    }

    internal torch.Device Torch => new(Type, Type == DeviceType.CPU ? -1 : Index);

    /// <summary><c>cpu</c>, <c>cuda:0</c> or <c>mps</c>.</summary>
    public override string ToString() => Type switch
    {
        DeviceType.CPU => "cpu",
        DeviceType.MPS => "mps",
        _ => $"cuda:{Index}",
    };

    private static bool HasMps => OperatingSystem.IsMacOS() && mps_is_available();

    // Asking TorchSharp for CUDA without the CUDA packages sends it searching the package cache: look for the file first.
    private static bool HasCudaLibrary { get; } = FindCudaLibrary();

    private static bool FindCudaLibrary()
    {
        var file = OperatingSystem.IsWindows() ? "torch_cuda.dll" : "libtorch_cuda.so";
        return NativeFolders().Any(folder => File.Exists(Path.Combine(folder, file)));
    }

    private static IEnumerable<string> NativeFolders()
    {
        yield return AppContext.BaseDirectory;
        var runtimes = Path.Combine(AppContext.BaseDirectory, "runtimes");
        if (!Directory.Exists(runtimes)) yield break;
        foreach (var folder in Directory.EnumerateDirectories(runtimes)) yield return Path.Combine(folder, "native");
    }
}
