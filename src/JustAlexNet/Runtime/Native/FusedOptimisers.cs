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
            Operator.List(parameters), Operator.List(gradients), Operator.List(velocities), Bits(decay), Bits(momentum), Bits(rate), 0, nesterov ? 1UL : 0, 0, 0, 0, 0,
        };
        Operator.Call("aten::_fused_sgd_\0"u8, stack);
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
            Operator.List(parameters), Operator.List(gradients), Operator.List(means), Operator.List(squares), Operator.List([]), Operator.List([.. Enumerable.Repeat(step, parameters.Count)]),
            Bits(rate), Bits(beta1), Bits(beta2), Bits(decay), Bits(epsilon), 0, 0, 0, 0,
        };
        Operator.Call(decoupled ? "aten::_fused_adamw_\0"u8 : "aten::_fused_adam_\0"u8, stack);
    }

    private static ulong Bits(double value) => BitConverter.DoubleToUInt64Bits(value);
}
