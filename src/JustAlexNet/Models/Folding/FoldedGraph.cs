using static TorchSharp.torch;

namespace JustAlexNet.Models.Folding;

/// <summary>A network in evaluation mode as few steps: what comes after a convolution stands in it, as far as the result stays the same to rounding.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>Batch normalisation right after a convolution goes into its weights and bias: w scale and b scale + shift, computed in float64, stored in float32;</item>
/// <item>an addition and max(x, 0) become part of the convolution before them, max(x, 0) also of a linear layer or a normalisation;</item>
/// <item>means of a 1 x 1 convolution's result become the convolution of means, with a fraction of the products.</item>
/// </list>
/// Only values that nobody else takes are folded. Weights that stay as they are remain the network's, and are read when the graph is computed; those that were changed belong to the graph:
/// it holds for the weights that the network had when it was made. Not thread-safe.
/// </remarks>
internal sealed class FoldedGraph : IDisposable
{
    private readonly Dictionary<GraphNode, int> uses = new(ReferenceEqualityComparer.Instance);
    private readonly List<Tensor> owned = [];

    /// <summary>Folds a network.</summary>
    /// <param name="network">On the processor, in float32. Stays the caller's, and must outlive the graph.</param>
    /// <param name="height">Of the pictures, in pixels.</param>
    /// <param name="width">Of the pictures, in pixels.</param>
    public FoldedGraph(Network network, int height, int width) : this(network.Describe(new PicturesNode(new(3, height, width))))
    {
    }

    /// <summary>Folds what leads to a value.</summary>
    /// <param name="last">Its weights stay their owner's, and must outlive the graph.</param>
    public FoldedGraph(GraphNode last)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var plain = InOrder(last);
        foreach (var input in plain.SelectMany(node => node.Inputs)) uses[input] = uses.GetValueOrDefault(input) + 1;
        var folded = new Dictionary<GraphNode, GraphNode>(ReferenceEqualityComparer.Instance);
        foreach (var node in plain)
        {
            var on = Fold(node.On([.. node.Inputs.Select(input => folded[input])]));
            folded[node] = on;
            uses[on] = uses.GetValueOrDefault(node);
        }
        Nodes = InOrder(folded[plain[^1]]);
        foreach (var tensor in owned) _ = tensor.DetachFromDisposeScope();
    }

    /// <summary>The steps in an order in which they can be computed: the pictures first, the logits last.</summary>
    public IReadOnlyList<GraphNode> Nodes { get; }

    /// <summary>Frees the weights that were changed.</summary>
    public void Dispose()
    {
        foreach (var tensor in owned) tensor.Dispose();
    }

    private GraphNode Fold(GraphNode node) => node switch
    {
        ScaleShiftNode { Input: ConvolutionNode { Addend: null, IsRectified: false } before } by when IsAlone(before) => Scaled(before, by),
        AdditionNode { First: ConvolutionNode { Addend: null, IsRectified: false } before } sum when IsAlone(before) => before with { Addend = sum.Second },
        RectifierNode { Input: ConvolutionNode before } when IsAlone(before) => before with { IsRectified = true },
        RectifierNode { Input: LinearNode before } when IsAlone(before) => before with { IsRectified = true },
        RectifierNode { Input: ScaleShiftNode before } when IsAlone(before) => before with { IsRectified = true },
        AveragePoolNode { Input: ConvolutionNode { Kernel: 1, Stride: 1, Pad: 0, Addend: null, IsRectified: false } before } pool when IsAlone(before) =>
            before with { Input = pool with { Input = before.Input } },
        _ => node,
    };

    private bool IsAlone(GraphNode value) => uses.GetValueOrDefault(value) == 1;

    private ConvolutionNode Scaled(ConvolutionNode before, ScaleShiftNode by)
    {
        var scale = tensor(by.Scale);
        var shift = tensor(by.Shift);
        var weight = before.Weight.to(ScalarType.Float64).mul(scale.reshape(-1, 1, 1, 1)).to(ScalarType.Float32);
        var bias = (before.Bias is null ? shift : before.Bias.to(ScalarType.Float64).mul(scale).add(shift)).to(ScalarType.Float32);
        owned.AddRange(weight, bias);
        return before with { Weight = weight, Bias = bias };
    }

    private static List<GraphNode> InOrder(GraphNode last)
    {
        var (order, seen) = (new List<GraphNode>(), new HashSet<GraphNode>(ReferenceEqualityComparer.Instance));
        Visit(last);
        return order;

        void Visit(GraphNode node)
        {
            if (!seen.Add(node)) return;
            foreach (var input in node.Inputs) Visit(input);
            order.Add(node);
        }
    }
}
