using JustAlexNet.Runtime.Native;
using static TorchSharp.torch;

namespace JustAlexNet.Models.Layers;

/// <summary>Layers that are computed together on the processor, where their plain forms would walk over the same memory again and again.</summary>
/// <remarks>
/// Results and gradients are those of the plain forms, to rounding. Gradients of parameters are added to their <c>grad</c> directly: <c>autograd.grad</c> does not see them.
/// </remarks>
internal static class Fusion
{
    /// <summary>Whether layers of such an input may be computed together: float32 or bfloat16 on the processor, a number of channels that vectors divide, nobody watching the layers.</summary>
    public static bool Suits(Tensor input, Pass pass) =>
        pass.Fuses && pass.LayerOutput is null && input.device_type == TorchSharp.DeviceType.CPU && input.dtype is ScalarType.Float32 or ScalarType.BFloat16
        && input.dim() == 4 && input.shape[1] % 8 == 0 && LibTorch.Loaded.HasGradient;

    /// <summary>The first layers of a chain's rest, computed together.</summary>
    /// <param name="layers">The chain.</param>
    /// <param name="at">The next layer.</param>
    /// <param name="input">Stays the caller's.</param>
    /// <param name="pass">The pass.</param>
    /// <returns>The result, which the caller disposes, and how many layers it is of; null where the next layer is to be computed by itself.</returns>
    public static (Tensor Output, int Layers)? Apply((string Name, Layer Layer)[] layers, int at, Tensor input, Pass pass)
    {
        var (first, second, third) = (Kind(layers, at), Kind(layers, at + 1), Kind(layers, at + 2));
        var isOwned = at > 0 && layers[at - 1].Layer is Convolution;      // a convolution does not need its result again
        if (second is null || !Suits(input, pass)) return null;
        return (first, second, third) switch
        {
            (BatchNormalisation by, Relu, MaxPool pool) when FusedNormalisation.Suits(by, input) => (FusedPooling.Apply(by, pool, input, isOwned, pass), 3),
            (BatchNormalisation by, Relu, _) when FusedNormalisation.Suits(by, input) => (FusedNormalisation.Apply(by, input, isOwned, pass), 2),
            _ => null,
        };
    }

    /// <summary>What <see cref="Apply"/> makes of one picture, as <see cref="Layer.Count"/> does; null where the next layer counts by itself.</summary>
    public static (Extent Output, int Layers)? Count((string Name, Layer Layer)[] layers, int at, Extent input, ActivationCount count)
    {
        if ((Kind(layers, at), Kind(layers, at + 1), Kind(layers, at + 2)) is not (BatchNormalisation, Relu, MaxPool pool)) return null;
        var result = input.Windowed(input.Channels, pool.Kernel, pool.Stride, pool.Pad);
        return (count.Make(input, result, indexBytes: result.Values), 3);
    }

    /// <summary>The result of a function of ours as a node of the gradient's graph; the caller disposes it.</summary>
    /// <param name="apply">TorchSharp's way to make the node. It also makes a tensor of the result's size, for gradients that never come, and leaves it to the dispose scope: this one ends at once.</param>
    public static Tensor Node(Func<List<Tensor>> apply)
    {
        using var scope = NewDisposeScope();
        return apply()[0].MoveToOuterDisposeScope();
    }

    /// <summary>Adds to a parameter's gradient, where it learns.</summary>
    public static void Accumulate(Tensor parameter, Tensor gradient)
    {
        if (!parameter.requires_grad) return;
        if (parameter.grad is { } before) _ = before.add_(gradient);
        else parameter.grad = gradient.to(parameter.dtype);
    }

    /// <summary>(N, C, H, W) in any order of memory to (N, H, W, C) in this one; the same memory where it can be.</summary>
    public static Tensor Rows(Tensor pictures)
    {
        using var view = pictures.permute(0, 2, 3, 1);
        return view.contiguous();
    }

    /// <summary>(N, H, W, C) as (N, C, H, W), the same memory.</summary>
    public static Tensor Pictures(Tensor rows) => rows.permute(0, 3, 1, 2);

    private static Layer? Kind((string Name, Layer Layer)[] layers, int at) => at < layers.Length ? layers[at].Layer : null;
}
