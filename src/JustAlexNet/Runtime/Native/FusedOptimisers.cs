using TorchSharp;

namespace JustAlexNet.Runtime.Native;

/// <summary>libtorch's fused optimiser steps (<c>aten::_fused_sgd_</c>, <c>_fused_adam_</c>, <c>_fused_adamw_</c>): the update of all parameters in one pass over their memory.</summary>
/// <remarks>All lists are of equal length; a parameter, its gradient and its state have equal shape, dtype, device and order in memory. The tensors stay the caller's. Without gradient recording.</remarks>
internal static unsafe class FusedOptimisers
{
    /// <summary>Whether they can be used for a tensor: libtorch has no such kernels for all of them on Apple's GPUs.</summary>
    public static bool Work(torch.Tensor tensor) => tensor.device_type != DeviceType.MPS && LibTorch.Loaded.HasDispatcher;

    /// <summary>For every parameter: g += decay p; v = momentum v + g; p -= rate (nesterov ? g + momentum v : v). Gradients are left as they are.</summary>
    /// <param name="parameters">p.</param>
    /// <param name="gradients">g.</param>
    /// <param name="velocities">v; empty where momentum is 0.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="momentum">Share of the velocity that stays.</param>
    /// <param name="decay">L2 penalty.</param>
    /// <param name="nesterov">Looks ahead along the velocity.</param>
    public static void Sgd(
        IReadOnlyList<torch.Tensor> parameters, IReadOnlyList<torch.Tensor> gradients, IReadOnlyList<torch.Tensor> velocities, double rate, double momentum, double decay, bool nesterov)
    {
        if (parameters.Count == 0) return;
        // _fused_sgd_(self, grads, momentum_buffer_list, weight_decay, momentum, lr, dampening, nesterov, maximize, is_first_step, grad_scale, found_inf)
        var stack = stackalloc ulong[12]
        {
            NewList(parameters), NewList(gradients), NewList(velocities), Bits(decay), Bits(momentum), Bits(rate), 0, nesterov ? 1UL : 0, 0, 0, 0, 0,
        };
        fixed (byte* name = "aten::_fused_sgd_\0"u8) Call(name, stack, "aten::_fused_sgd_");
    }

    /// <summary>
    /// For every parameter, in step t: g += decay p (with <paramref name="decoupled"/>: p -= rate decay p); m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g²;
    /// p -= rate m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon). Gradients are left as they are.
    /// </summary>
    /// <param name="parameters">p.</param>
    /// <param name="gradients">g.</param>
    /// <param name="means">m.</param>
    /// <param name="squares">v.</param>
    /// <param name="step">t, counted from 1; float32, a scalar on the parameters' device.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="beta1">Share of the mean that stays.</param>
    /// <param name="beta2">Share of the square that stays.</param>
    /// <param name="epsilon">Added to the root.</param>
    /// <param name="decay">Weight decay.</param>
    /// <param name="decoupled">Whether it is AdamW's.</param>
    public static void Adam(
        IReadOnlyList<torch.Tensor> parameters, IReadOnlyList<torch.Tensor> gradients, IReadOnlyList<torch.Tensor> means, IReadOnlyList<torch.Tensor> squares, torch.Tensor step,
        double rate, double beta1, double beta2, double epsilon, double decay, bool decoupled)
    {
        if (parameters.Count == 0) return;
        // _fused_adam_(self, grads, exp_avgs, exp_avg_sqs, max_exp_avg_sqs, state_steps, lr, beta1, beta2, weight_decay, eps, amsgrad, maximize, grad_scale, found_inf)
        var stack = stackalloc ulong[15]
        {
            NewList(parameters), NewList(gradients), NewList(means), NewList(squares), NewList([]), NewList([.. Enumerable.Repeat(step, parameters.Count)]),
            Bits(rate), Bits(beta1), Bits(beta2), Bits(decay), Bits(epsilon), 0, 0, 0, 0,
        };
        fixed (byte* adam = "aten::_fused_adam_\0"u8, adamw = "aten::_fused_adamw_\0"u8) Call(decoupled ? adamw : adam, stack, decoupled ? "aten::_fused_adamw_" : "aten::_fused_adam_");
    }

    private static void Call(byte* name, ulong* stack, string what)
    {
        fixed (byte* overload = "\0"u8) Check(LibTorch.Loaded.Call(name, overload, stack, LibTorch.InterfaceVersion), what);
    }

    private static ulong NewList(IReadOnlyList<torch.Tensor> tensors)
    {
        var library = LibTorch.Loaded;
        nint list;
        Check(library.NewList((ulong)tensors.Count, &list), "a list of tensors");
        foreach (var tensor in tensors)
        {
            nint copy;      // the list takes a handle over; this one is ours to give
            Check(library.NewHandle(tensor.Handle, &copy), "a tensor's handle");
            Check(library.Push(list, (ulong)copy), "a list of tensors");
        }
        return (ulong)list;
    }

    private static ulong Bits(double value) => BitConverter.DoubleToUInt64Bits(value);

    private static void Check(int code, string what)
    {
        if (code != 0) throw new InvalidOperationException($"libtorch refused {what}; its reason is on standard error.");
    }
}
