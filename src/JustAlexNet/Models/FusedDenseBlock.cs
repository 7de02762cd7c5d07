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
/// again in the backward pass (Pleiss et al., arXiv 1707.06990). Weights and running statistics stay float32. Matches the plain form to rounding. The gradients of the
/// parameters are added to their <c>grad</c> directly; <c>autograd.grad</c> does not see them.</para>
/// </remarks>
internal static class FusedDenseBlock
{
    /// <summary>
    /// Whether a block can be computed this way: float32 or bfloat16 on the processor, a number of channels that vectors divide, nobody watching the layers; with
    /// gradients only in training, of an input that has one.
    /// </summary>
    public static bool Suits(Tensor input, Pass pass) =>
        Fusion.Suits(input, pass) && pass.NormalisesByBatch is null && (!is_grad_enabled() || (pass.Training && input.requires_grad));

    /// <summary>The block's result; the caller disposes it. The input stays the caller's.</summary>
    /// <exception cref="ArgumentException">In training, a channel has a single value.</exception>
    public static Tensor Apply(DenseBlock block, Tensor input, Pass pass)
    {
        if (pass.Training) block.Layers[0].Norm1.RequireSeveralValues(input);
        return input.dtype == ScalarType.BFloat16 ? Apply<ushort, BFloat16Element>(block, input, pass) : Apply<float, Float32Element>(block, input, pass);
    }

    private static Tensor Apply<T, TElement>(DenseBlock block, Tensor input, Pass pass) where T : unmanaged where TElement : struct, IElement<T>
    {
        if (is_grad_enabled()) return Fusion.Node(() => Graph<T, TElement>.apply(input, block, pass));
        return new DenseBlockComputation<T, TElement>(block, pass, keeps: false).Forward(input);
    }

    /// <summary>The block as one node of the gradient's graph, which owns what is kept for the backward pass.</summary>
    private sealed class Graph<T, TElement> : autograd.MultiTensorFunction<Graph<T, TElement>> where T : unmanaged where TElement : struct, IElement<T>
    {
        private const string Computation = "computation", Kept = "kept";

        public override string Name => "dense block";

        public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
        {
            var block = (DenseBlock)vars[1];
            var computation = new DenseBlockComputation<T, TElement>(block, (Pass)vars[2], keeps: true);
            var result = computation.Forward((Tensor)vars[0]);
            ctx.save_data(Computation, computation);
            ctx.save_data(Kept, computation.Graph.Keep(computation.Kept));
            return [result];
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
        {
            var computation = (DenseBlockComputation<T, TElement>)ctx.get_data(Computation);
            computation.Graph.ForgetGiven();
            using var gradient = grad_outputs[0];
            var kept = (Tensor[])ctx.get_data(Kept);
            var result = computation.Graph.Give(computation.Backward(gradient, kept));
            computation.Graph.Free(kept);
            return [.. result, null!, null!];       // block and pass have no gradient
        }
    }
}
