using JustAlexNet.Runtime;
using JustAlexNet.Runtime.Native;
using static TorchSharp.torch;

namespace JustAlexNet.Models.Folding;

/// <summary>Computes a folded graph through libtorch: convolutions by oneDNN with all that was folded into them, on weights in its order; concatenations into one buffer.</summary>
/// <remarks>
/// On the processor, float32 or bfloat16. Owns copies of the weights in the order and precision of the kernels (as large as the network's, in bfloat16 half of it); dispose frees
/// them. Not thread-safe.
/// </remarks>
internal sealed class FoldedComputation : IDisposable
{
    private readonly Step[] steps;
    private readonly int flat;          // the first step whose value has no places any more
    private readonly ScalarType type;

    /// <summary>Prepares the weights.</summary>
    /// <param name="graph">Is not needed any more after this.</param>
    /// <param name="count">Pictures at once for which the weights are ordered; other numbers work too, slower.</param>
    /// <param name="precision">fp32 or bf16.</param>
    /// <param name="hidesCaches">See <see cref="ProcessorFeatures.HidesCaches"/>: then only kernels are used that were found to be right there.</param>
    public FoldedComputation(FoldedGraph graph, long count, Precision precision, bool hidesCaches)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        type = precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var places = new Dictionary<GraphNode, int>(ReferenceEqualityComparer.Instance);
        foreach (var node in graph.Nodes) places[node] = places.Count;
        steps = [.. graph.Nodes.Select((node, at) => new Step(node, at, [.. node.Inputs.Select(input => places[input])]))];
        foreach (var step in steps)
        {
            step.Extent = step.Node.Shape([.. step.Inputs.Select(input => steps[input].Extent)]);
            foreach (var input in step.Inputs) steps[input].LastUse = step.At;
            step.Prepare(count, type, hidesCaches, steps);
        }
        foreach (var step in Enumerable.Reverse(steps).Where(step => step.Node is ConcatenationNode && step.Whole is null))
            for (var part = step; part is { Node: ConcatenationNode }; part = steps[part.Inputs[0]]) part.Whole = step;
        flat = Array.FindIndex(steps, step => step.Node is FlattenNode);
        foreach (var step in steps) step.Keep();
    }

    /// <summary>Computes.</summary>
    /// <param name="pictures">(N, 3, H, W) of the graph's size, channels-last in memory, in the precision. Stays the caller's.</param>
    /// <returns>Logits (N, K), and what the last layer saw, (N, D); the caller disposes both.</returns>
    public (Tensor Logits, Tensor Features) Run(Tensor pictures)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var values = new Tensor?[steps.Length];
        values[0] = pictures.alias();
        for (var at = 1; at < steps.Length; at++)
        {
            values[at] = steps[at].Compute(values, steps);
            foreach (var input in steps[at].Inputs.Where(input => steps[input].LastUse == at && at != steps.Length - 1)) values[input]!.Dispose();
        }
        var features = values[steps[^1].Inputs[0]]!;
        return (values[^1]!.MoveToOuterDisposeScope(), features.MoveToOuterDisposeScope());
    }

    /// <summary>Frees the prepared weights.</summary>
    public void Dispose()
    {
        foreach (var step in steps) step.Dispose();
    }

    /// <summary>A node, ready to be computed.</summary>
    private sealed class Step(GraphNode node, int at, int[] inputs) : IDisposable
    {
        private Tensor? weight, bias;
        private float[] scale = [], shift = [];
        private Form form;
        private Tensor? memory;

        public GraphNode Node => node;

        public int At => at;

        public int[] Inputs => inputs;

        public Layers.Extent Extent { get; set; }

        /// <summary>The last step that takes the value.</summary>
        public int LastUse { get; set; }

        /// <summary>Of a concatenation: the widest of those that begin with this one, into whose memory all are written.</summary>
        public Step? Whole { get; set; }

        private enum Form { Convolution, PackedProduct, PlainProduct }

        public void Prepare(long count, ScalarType type, bool hidesCaches, Step[] steps)
        {
            switch (node)
            {
                case ConvolutionNode c:
                    (weight, bias) = (c.Weight.to(type), c.Bias?.to(type));
                    form = c.Kernel != 1 || c.Pad != 0 ? Form.Convolution : FormOf(type, c.Stride, hidesCaches);
                    var from = steps[inputs[0]].Extent;
                    weight = form switch
                    {
                        Form.Convolution => FusedConvolution.Pack(weight, c.Stride, c.Pad, [count, from.Channels, from.Height, from.Width]),
                        Form.PackedProduct => FusedConvolution.PackProduct(weight.flatten(1), count * Extent.Height * Extent.Width),
                        _ => weight.flatten(1),
                    };
                    break;
                case LinearNode l:
                    (weight, bias) = (l.Weight.to(type), l.Bias.to(type));
                    form = type == ScalarType.Float32 && hidesCaches ? Form.PlainProduct : Form.PackedProduct;
                    if (form == Form.PackedProduct) weight = FusedConvolution.PackProduct(weight, count);
                    break;
                case ScaleShiftNode s:
                    (scale, shift) = (Array.ConvertAll(s.Scale, v => (float)v), Array.ConvertAll(s.Shift, v => (float)v));
                    break;
            }
        }

        public void Keep() => (weight, bias) = (weight?.alias().DetachFromDisposeScope(), bias?.alias().DetachFromDisposeScope());

        public Tensor Compute(Tensor?[] values, Step[] steps)
        {
            var input = values[inputs[0]]!;
            return node switch
            {
                ConvolutionNode c => Convolve(c, input, c.Addend is null ? null : values[inputs[1]], steps),
                LinearNode l => form == Form.PackedProduct ? FusedConvolution.Product(input, weight!, bias, l.IsRectified) : Rectified(nn.functional.linear(input, weight!, bias), l.IsRectified),
                ScaleShiftNode s => Scaled(s, input),
                RectifierNode => input.relu(),
                AdditionNode => input.add(values[inputs[1]]!),
                MaxPoolNode p => nn.functional.max_pool2d(input, p.Kernel, p.Stride, p.Pad),
                AveragePoolNode p => nn.functional.avg_pool2d(input, p.Kernel, p.Kernel),
                GridAverageNode p => nn.functional.adaptive_avg_pool2d(input, p.Side),
                FlattenNode => input.flatten(1),
                ConcatenationNode => Concatenated(input, values[inputs[1]]!, steps),
                _ => throw new InvalidOperationException($"there is no way to compute {node.GetType().Name}"),
            };
        }

        public void Dispose()
        {
            weight?.Dispose();
            bias?.Dispose();
        }

        private static Form FormOf(ScalarType type, int stride, bool hidesCaches) =>
            !Layers.PointwiseConvolution.IsProduct(type, stride, hidesCaches, ProcessorFeatures.HasBfloat16) ? Form.Convolution
            : type == ScalarType.Float32 ? Form.PlainProduct : Form.PackedProduct;

        private Tensor Convolve(ConvolutionNode c, Tensor input, Tensor? addend, Step[] steps)
        {
            if (form != Form.Convolution)
            {
                using var places = Layers.PointwiseConvolution.Places(input, c.Stride);
                var alone = addend is null && c.IsRectified;
                using var product = form == Form.PackedProduct ? FusedConvolution.Product(places, weight!, bias, alone) : Rectified(nn.functional.linear(places, weight!, bias), alone);
                var result = product.permute(0, 3, 1, 2);
                return addend is null ? result : Rectified(result.add_(addend), c.IsRectified);
            }
            if (addend is null) return FusedConvolution.Apply(input, weight!, bias, c.Stride, c.Pad, c.IsRectified);
            var sum = steps[inputs[1]].LastUse == at && !steps[inputs[1]].IsView ? addend.alias() : addend.clone();
            FusedConvolution.Add(sum, input, weight!, bias, c.Stride, c.Pad, c.IsRectified);
            return sum;
        }

        // Whether the value is other people's memory.
        private bool IsView => node is ConcatenationNode or PicturesNode or FlattenNode;

        private static Tensor Rectified(Tensor value, bool asked) => asked ? value.relu_() : value;

        private Tensor Scaled(ScaleShiftNode node, Tensor input)
        {
            if (node.IsRectified && Extent.Channels % 8 == 0) return input.dtype == ScalarType.BFloat16 ? Scaled<ushort, BFloat16Element>(input) : Scaled<float, Float32Element>(input);
            var line = input.mul(tensor(scale).reshape(1, -1, 1, 1)).add_(tensor(shift).reshape(1, -1, 1, 1)).to(input.dtype);
            return Rectified(line, node.IsRectified);
        }

        private unsafe Tensor Scaled<T, TElement>(Tensor input) where T : unmanaged where TElement : struct, IElement<T>
        {
            var (count, channels) = (input.shape[0], (int)Extent.Channels);
            using var rows = empty(count, Extent.Height, Extent.Width, channels, dtype: TElement.Type);
            using var from = Rows(input);
            NormalisationKernels<T, TElement>.Rectified(new((nint)Memory.Of(from), from.stride(2)), new((nint)Memory.Of(rows), channels), count * Extent.Height * Extent.Width, channels, scale, shift);
            return rows.permute(0, 3, 1, 2);
        }

        // (N, H, W, C) with an equal step from pixel to pixel. Where a side is 1, libtorch may give any step along it.
        private Tensor Rows(Tensor input)
        {
            using var view = input.permute(0, 2, 3, 1);
            var steps = view.stride();
            var isEven = steps[3] == 1 && steps[1] == Extent.Width * steps[2] && steps[0] == Extent.Height * steps[1];
            return isEven ? view.alias() : empty(view.shape, dtype: view.dtype).copy_(view);
        }

        private Tensor Concatenated(Tensor first, Tensor second, Step[] steps)
        {
            var isBegun = steps[inputs[0]].Node is ConcatenationNode;
            var channels = steps[inputs[0]].Extent.Channels;
            if (!isBegun)
            {
                using var rows = empty(first.shape[0], Extent.Height, Extent.Width, Whole!.Extent.Channels, dtype: first.dtype);
                Whole!.memory = rows.permute(0, 3, 1, 2);
                using var start = Whole.memory.narrow(1, 0, channels);
                _ = start.copy_(first);
            }
            var all = Whole!.memory!;
            using (var next = all.narrow(1, channels, second.shape[1])) _ = next.copy_(second);
            var result = all.narrow(1, 0, Extent.Channels);
            if (ReferenceEquals(Whole, this)) all.Dispose();
            return result;
        }
    }
}
