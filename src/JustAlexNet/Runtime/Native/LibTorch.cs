using System.Runtime.InteropServices;
using TorchSharp;

namespace JustAlexNet.Runtime.Native;

/// <summary>Functions of libtorch that TorchSharp does not pass on, looked up by name once, at start-up.</summary>
/// <remarks>
/// Two kinds. The stable C interface (<c>torch/csrc/stable/c/shim.h</c>, <c>torch/csrc/inductor/aoti_torch/c/shim.h</c>) serves from <see cref="Known"/> on. C++ names, as GCC and Clang
/// write them, and names that libtorch's generator makes promise nothing between versions: they are used in <see cref="Known"/> alone, from which they were read. What is not
/// there, or not to be trusted, switches off what needs it; <see cref="Missing"/> says what that costs.
/// </remarks>
internal sealed unsafe class LibTorch
{
    /// <summary>The version of the stable interface for which our calls are written (TORCH_ABI_VERSION of 2.10.0): a later libtorch adapts what it is handed.</summary>
    public const ulong InterfaceVersion = 2UL << 56 | 10UL << 48;

    /// <summary>The libtorch whose functions these are.</summary>
    public static readonly Version Known = FromInterface(InterfaceVersion);

    private const byte BFloat16 = 15, Half = 5;
    private readonly List<string> missing = [];
    private readonly Version? loaded;

    /// <summary>Looks the functions up.</summary>
    /// <param name="find">From a name to an address, 0 where there is none.</param>
    /// <param name="loaded">The library's version; null where it does not say one.</param>
    public LibTorch(Func<string, nint> find, Version? loaded)
    {
        this.loaded = loaded;
        var autocast = FindExact(find, "mixed precision is off: training runs in fp32 (about twice as slow where the hardware has bf16)",
            "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb", "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE",
            "_ZN2at8autocast17increment_nestingEv", "_ZN2at8autocast17decrement_nestingEv", "_ZN2at8autocast11clear_cacheEv");
        var operators = Find(find, "the optimiser takes one small step a tensor instead of one fused step (AlexNet about a tenth slower)",
            "torch_call_dispatcher", "aoti_torch_new_tensor_handle", "torch_new_list_reserve_size", "torch_list_push_back");
        var kernels = Find(find, "DenseNet's blocks run layer by layer, and pixels are normalised in four passes (DenseNet slower, more memory)",
            "torch_parallel_for", "aoti_torch_get_data_ptr", "aoti_torch_delete_tensor_object");
        var gradient = FindExact(find, "DenseNet's blocks run layer by layer (slower, more memory)", "aoti_torch_cpu_convolution_backward");
        var fused = FindExact(find, "networks in use are computed layer by layer (up to a third slower)",
            "aoti_torch_cpu_mkldnn__convolution_pointwise", "aoti_torch_cpu_mkldnn__convolution_pointwise_binary_", "aoti_torch_cpu__linear_pointwise");
        var messages = FindExact(find, "its warnings stand on standard error", TorchMessages.Names);
        (HasAutocast, HasDispatcher, HasKernels, HasGradient) = (autocast is not null, operators is not null, kernels is not null, kernels is not null && gradient is not null);
        HasFusedConvolutions = HasDispatcher && HasKernels && fused is not null;
        if (fused is not null) (ConvolutionPointwise, ConvolutionOnto, LinearPointwise) = (fused[0], fused[1], fused[2]);
        if (messages is not null) Messages = new(messages);
        if (gradient is not null) ConvolutionBackward = gradient[0];
        if (autocast is not null)
        {
            setEnabled = (delegate* unmanaged<byte, byte, void>)autocast[0];
            setType = (delegate* unmanaged<byte, byte, void>)autocast[1];
            increment = (delegate* unmanaged<int>)autocast[2];
            decrement = (delegate* unmanaged<int>)autocast[3];
            clear = (delegate* unmanaged<void>)autocast[4];
        }
        if (operators is not null)
        {
            Call = (delegate* unmanaged<byte*, byte*, ulong*, ulong, int>)operators[0];
            NewHandle = (delegate* unmanaged<nint, nint*, int>)operators[1];
            NewList = (delegate* unmanaged<ulong, nint*, int>)operators[2];
            Push = (delegate* unmanaged<nint, ulong, int>)operators[3];
        }
        if (kernels is not null)
        {
            ParallelFor = (delegate* unmanaged<long, long, long, delegate* unmanaged<long, long, void*, void>, void*, int>)kernels[0];
            DataPointer = (delegate* unmanaged<nint, void**, int>)kernels[1];
            Delete = (delegate* unmanaged<nint, int>)kernels[2];
        }
    }

    /// <summary>The loaded library's, after it was made ready.</summary>
    public static LibTorch Loaded
    {
        get
        {
            TorchRuntime.Prepare();
            return Found.Value;
        }
    }

    /// <summary>The same for those who make it ready.</summary>
    public static LibTorch Raw => Found.Value;

    /// <summary>What is switched off because a function is not there, a sentence each, with what it costs.</summary>
    public IReadOnlyList<string> Missing => missing;

    /// <summary>Whether <see cref="EnterAutocast"/> works.</summary>
    public bool HasAutocast { get; }

    /// <summary>Whether any operator can be called by its name.</summary>
    public bool HasDispatcher { get; }

    /// <summary>Whether our own kernels can run on libtorch's threads.</summary>
    public bool HasKernels { get; }

    /// <summary>Whether the gradient of a convolution can be had without a graph, and with it <see cref="HasKernels"/>.</summary>
    public bool HasGradient { get; }

    /// <summary>Whether oneDNN's convolutions and products can be had with an addition and a rectifier in them, and with them <see cref="HasDispatcher"/> and <see cref="HasKernels"/>.</summary>
    public bool HasFusedConvolutions { get; }

    /// <summary>What the library writes to standard error; null where nothing can be done about it.</summary>
    public TorchMessages? Messages { get; }

    // int torch_call_dispatcher(name, overload, stack, version): 0 is success; the stack owns what stands on it.
    public delegate* unmanaged<byte*, byte*, ulong*, ulong, int> Call { get; }
    public delegate* unmanaged<nint, nint*, int> NewHandle { get; }
    public delegate* unmanaged<ulong, nint*, int> NewList { get; }
    public delegate* unmanaged<nint, ulong, int> Push { get; }
    public delegate* unmanaged<long, long, long, delegate* unmanaged<long, long, void*, void>, void*, int> ParallelFor { get; }
    public delegate* unmanaged<nint, void**, int> DataPointer { get; }
    public delegate* unmanaged<nint, int> Delete { get; }
    public nint ConvolutionBackward { get; }
    public nint ConvolutionPointwise { get; }
    public nint ConvolutionOnto { get; }
    public nint LinearPointwise { get; }

    /// <summary>Switches mixed precision on for the calling thread.</summary>
    public void EnterAutocast(DeviceType device, Precision precision)
    {
        increment();
        setType((byte)device, precision == Precision.Fp16 ? Half : BFloat16);
        setEnabled((byte)device, 1);
    }

    /// <summary>Switches it off again and frees the weights that it kept in the lower precision.</summary>
    public void LeaveAutocast(DeviceType device)
    {
        setEnabled((byte)device, 0);
        if (decrement() == 0) clear();
    }

    private static readonly Lazy<LibTorch> Found = new(() =>
    {
        var library = NativeLibrary.Load("torch_cpu", typeof(torch).Assembly, null);
        return new LibTorch(Find, NativeLibrary.TryGetExport(library, "aoti_torch_abi_version", out var version) ? FromInterface(((delegate* unmanaged<ulong>)version)()) : null);

        nint Find(string name) => NativeLibrary.TryGetExport(library, name, out var address) ? address : 0;
    });

    // TORCH_ABI_VERSION: major, minor and patch in the three upper bytes (torch/headeronly/version.h).
    private static Version FromInterface(ulong version) => new((byte)(version >> 56), (byte)(version >> 48), (byte)(version >> 40));

    private readonly delegate* unmanaged<byte, byte, void> setEnabled, setType;
    private readonly delegate* unmanaged<int> increment, decrement;
    private readonly delegate* unmanaged<void> clear;

    private nint[]? FindExact(Func<string, nint> find, string cost, params string[] names)
    {
        if (loaded == Known) return Find(find, cost, names);
        missing.Add($"this libtorch is {loaded?.ToString() ?? "of an unknown version"}, and {names[0]} was read from {Known}: {cost}");
        return null;
    }

    private nint[]? Find(Func<string, nint> find, string cost, params string[] names)
    {
        var addresses = Array.ConvertAll(names, name => find(name));
        var absent = Array.IndexOf(addresses, 0);
        if (absent < 0 && loaded >= Known) return addresses;
        missing.Add(absent < 0 ? $"this libtorch is {loaded?.ToString() ?? "of an unknown version"}, and {names[0]} serves from {Known} on: {cost}" : $"this libtorch has no {names[absent]}: {cost}");
        return null;
    }
}
