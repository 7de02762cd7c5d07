using System.Runtime.InteropServices;
using TorchSharp;

namespace JustAlexNet.Runtime.Native;

/// <summary>Functions of libtorch that TorchSharp does not pass on, looked up by name once, at start-up.</summary>
/// <remarks>
/// Two kinds: the stable C interface (<c>torch/csrc/stable/c/shim.h</c>, <c>torch/csrc/inductor/aoti_torch/c/shim.h</c>) and at::autocast by its C++ names
/// as GCC and Clang write them. A name that is not there switches off what needs it; <see cref="Missing"/> says what that costs.
/// </remarks>
internal sealed unsafe class LibTorch
{
    private const byte BFloat16 = 15, Half = 5;
    private readonly List<string> missing = [];

    /// <summary>Looks the functions up.</summary>
    /// <param name="find">From a name to an address, 0 where there is none.</param>
    public LibTorch(Func<string, nint> find)
    {
        var autocast = Find(find, "mixed precision is off: training runs in fp32 (about twice as slow where the hardware has bf16)",
            "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb", "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE",
            "_ZN2at8autocast17increment_nestingEv", "_ZN2at8autocast17decrement_nestingEv", "_ZN2at8autocast11clear_cacheEv");
        var operators = Find(find, "the optimiser takes one small step a tensor instead of one fused step (AlexNet about a tenth slower)",
            "torch_call_dispatcher", "aoti_torch_abi_version", "aoti_torch_new_tensor_handle", "torch_new_list_reserve_size", "torch_list_push_back");
        var kernels = Find(find, "DenseNet's blocks run layer by layer, and pixels are normalised in four passes (DenseNet slower, more memory)",
            "torch_parallel_for", "aoti_torch_cpu_convolution_backward", "aoti_torch_get_data_ptr", "aoti_torch_delete_tensor_object");
        (HasAutocast, HasDispatcher, HasKernels) = (autocast is not null, operators is not null, kernels is not null);
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
            version = (delegate* unmanaged<ulong>)operators[1];
            NewHandle = (delegate* unmanaged<nint, nint*, int>)operators[2];
            NewList = (delegate* unmanaged<ulong, nint*, int>)operators[3];
            Push = (delegate* unmanaged<nint, ulong, int>)operators[4];
        }
        if (kernels is not null)
        {
            ParallelFor = (delegate* unmanaged<long, long, long, delegate* unmanaged<long, long, void*, void>, void*, int>)kernels[0];
            ConvolutionBackward = kernels[1];
            DataPointer = (delegate* unmanaged<nint, void**, int>)kernels[2];
            Delete = (delegate* unmanaged<nint, int>)kernels[3];
        }
    }

    /// <summary>The loaded library's.</summary>
    public static LibTorch Loaded
    {
        get
        {
            TorchRuntime.Prepare();
            return InProcess.Value;
        }
    }

    /// <summary>What is switched off because a function is not there, a sentence each, with what it costs.</summary>
    public IReadOnlyList<string> Missing => missing;

    /// <summary>Whether <see cref="EnterAutocast"/> works.</summary>
    public bool HasAutocast { get; }

    /// <summary>Whether any operator can be called by its name.</summary>
    public bool HasDispatcher { get; }

    /// <summary>Whether our own kernels can run on libtorch's threads.</summary>
    public bool HasKernels { get; }

    // int torch_call_dispatcher(name, overload, stack, version): 0 is success; the stack owns what stands on it.
    public delegate* unmanaged<byte*, byte*, ulong*, ulong, int> Call { get; }
    public delegate* unmanaged<nint, nint*, int> NewHandle { get; }
    public delegate* unmanaged<ulong, nint*, int> NewList { get; }
    public delegate* unmanaged<nint, ulong, int> Push { get; }
    public delegate* unmanaged<long, long, long, delegate* unmanaged<long, long, void*, void>, void*, int> ParallelFor { get; }
    public delegate* unmanaged<nint, void**, int> DataPointer { get; }
    public delegate* unmanaged<nint, int> Delete { get; }
    public nint ConvolutionBackward { get; }

    /// <summary>The version of the interface that the library speaks.</summary>
    public ulong Version => version();

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

    private static readonly Lazy<LibTorch> InProcess = new(() =>
    {
        var library = NativeLibrary.Load("torch_cpu", typeof(torch).Assembly, null);
        return new LibTorch(name => NativeLibrary.TryGetExport(library, name, out var address) ? address : 0);
    });

    private readonly delegate* unmanaged<byte, byte, void> setEnabled, setType;
    private readonly delegate* unmanaged<int> increment, decrement;
    private readonly delegate* unmanaged<void> clear;
    private readonly delegate* unmanaged<ulong> version;

    private nint[]? Find(Func<string, nint> find, string cost, params string[] names)
    {
        var addresses = Array.ConvertAll(names, name => find(name));
        var absent = Array.IndexOf(addresses, 0);
        if (absent < 0) return addresses;
        missing.Add($"this libtorch has no {names[absent]}: {cost}");
        return null;
    }
}
