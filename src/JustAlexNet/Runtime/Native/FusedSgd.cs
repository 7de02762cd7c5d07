using TorchSharp;

namespace JustAlexNet.Runtime.Native;

/// <summary>libtorch's <c>aten::_fused_sgd_</c>: the update of all parameters in one pass over their memory.</summary>
internal static unsafe class FusedSgd
{
    /// <summary>Whether it can be used for a tensor: libtorch has no such kernel on Apple's GPUs.</summary>
    public static bool Works(torch.Tensor tensor) => tensor.device_type != DeviceType.MPS && LibTorch.Loaded.HasDispatcher;

    /// <summary>
    /// For every triple: g += decay p; v = momentum v + g; p -= rate (nesterov ? g + momentum v : v). Gradients are left as they are. Without gradient recording.
    /// </summary>
    /// <param name="triples">Parameter, gradient and velocity of equal shape, dtype, device and order in memory. They stay the caller's.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="momentum">Share of the velocity that stays; 0 needs no velocities (pass the gradients themselves).</param>
    /// <param name="decay">L2 penalty.</param>
    /// <param name="nesterov">Looks ahead along the velocity.</param>
    public static void Step(IReadOnlyList<(torch.Tensor Parameter, torch.Tensor Gradient, torch.Tensor? Velocity)> triples, double rate, double momentum, double decay, bool nesterov)
    {
        if (triples.Count == 0) return;
        var torchLibrary = LibTorch.Loaded;
        var parameters = NewList(torchLibrary, triples, t => t.Parameter);
        var gradients = NewList(torchLibrary, triples, t => t.Gradient);
        var velocities = momentum == 0 ? NewList(torchLibrary, [], t => t.Gradient) : NewList(torchLibrary, triples, t => t.Velocity!);
        // _fused_sgd_(self, grads, momentum_buffer_list, weight_decay, momentum, lr, dampening, nesterov, maximize, is_first_step, grad_scale, found_inf)
        var stack = stackalloc ulong[12]
        {
            (ulong)parameters, (ulong)gradients, (ulong)velocities, BitConverter.DoubleToUInt64Bits(decay), BitConverter.DoubleToUInt64Bits(momentum),
            BitConverter.DoubleToUInt64Bits(rate), 0, nesterov ? 1UL : 0, 0, 0, 0, 0,
        };
        fixed (byte* name = "aten::_fused_sgd_\0"u8, overload = "\0"u8)
            Check(torchLibrary.Call(name, overload, stack, LibTorch.InterfaceVersion), "aten::_fused_sgd_");
    }

    private static nint NewList(LibTorch library, IReadOnlyList<(torch.Tensor, torch.Tensor, torch.Tensor?)> triples, Func<(torch.Tensor Parameter, torch.Tensor Gradient, torch.Tensor? Velocity), torch.Tensor> choose)
    {
        nint list;
        Check(library.NewList((ulong)triples.Count, &list), "a list of tensors");
        foreach (var triple in triples)
        {
            nint copy;      // the list takes a handle over; this one is ours to give
            Check(library.NewHandle(choose(triple).Handle, &copy), "a tensor's handle");
            Check(library.Push(list, (ulong)copy), "a list of tensors");
        }
        return list;
    }

    private static void Check(int code, string what)
    {
        if (code != 0) throw new InvalidOperationException($"libtorch refused {what}; its reason is on standard error.");
    }
}
