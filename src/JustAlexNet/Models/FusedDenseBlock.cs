using JustAlexNet.Models.Layers;
using JustAlexNet.Runtime.Native;
using static TorchSharp.torch;

namespace JustAlexNet.Models;

/// <summary>A dense block on the processor: one buffer that every layer appends to, normalisation and rectifier in one pass, statistics of a channel taken once.</summary>
/// <remarks>
/// <para>The plain form copies all earlier channels in every layer (concatenation), takes their mean and variance again each time, and walks over them three more
/// times (normalise, rectify, and backwards likewise). But the mean and variance of a channel are the same for every layer that reads it; and of the gradient
/// of batch normalisation, dx = scale (g - mean(g) - x^ mean(g x^)), the last two terms are linear in x, so that those of all layers are added up and subtracted once.</para>
/// <para>In training a layer keeps its two rectified inputs and the result of its first convolution; with <see cref="Pass.MemoryEfficient"/> the former are computed
/// again on the way back (Pleiss et al., arXiv 1707.06990). Weights and running statistics stay float32. Matches the plain form to rounding.</para>
/// </remarks>
internal static class FusedDenseBlock
{
    /// <summary>Whether a block can be computed this way: float32 or bfloat16 on the processor, channels-last, nobody watching the layers, no gradient wanted in evaluation mode.</summary>
    public static bool Suits(Tensor input, Pass pass) =>
        pass.Seen is null && pass.NormalisesByBatch is null && (pass.Training || !is_grad_enabled()) && input.device_type == TorchSharp.DeviceType.CPU
        && input.dtype is ScalarType.Float32 or ScalarType.BFloat16 && input.shape[1] % 8 == 0 && LibTorch.Loaded.HasKernels;

    /// <summary>The block's result; the caller disposes it. The input stays the caller's.</summary>
    public static Tensor Apply(DenseBlock block, Tensor input, Pass pass) =>
        input.dtype == ScalarType.BFloat16 ? Apply<ushort, BFloat16Element>(block, input, pass) : Apply<float, Float32Element>(block, input, pass);

    private static Tensor Apply<T, TElement>(DenseBlock block, Tensor input, Pass pass) where T : unmanaged where TElement : struct, IElement<T>
    {
        if (pass.Training && is_grad_enabled()) return Graph<T, TElement>.apply([input, .. Parameters(block), block, pass])[0];
        using var computation = new DenseBlockComputation<T, TElement>(block, pass.Training, keepForBackward: false, memoryEfficient: false);
        return computation.Forward(input);
    }

    private static IEnumerable<Tensor> Parameters(DenseBlock block) =>
        block.Layers.SelectMany(l => new[] { l.Norm1.Scale, l.Norm1.Shift, l.Conv1.Weight, l.Norm2.Scale, l.Norm2.Shift, l.Conv2.Weight });

    /// <summary>The block as one node of the gradient's graph.</summary>
    private sealed class Graph<T, TElement> : autograd.MultiTensorFunction<Graph<T, TElement>> where T : unmanaged where TElement : struct, IElement<T>
    {
        private const string Kept = "computation";

        public override string Name => "dense block";

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var pass = (Pass)vars[^1];
            var computation = new DenseBlockComputation<T, TElement>((DenseBlock)vars[^2], training: true, keepForBackward: true, pass.MemoryEfficient);
            ctx.save_data(Kept, computation);
            return [computation.Forward((Tensor)vars[0])];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            using var computation = (DenseBlockComputation<T, TElement>)ctx.get_data(Kept);
            return [.. computation.Backward(grad_outputs[0]), null!, null!];        // block and pass have no gradient
        }
    }
}
