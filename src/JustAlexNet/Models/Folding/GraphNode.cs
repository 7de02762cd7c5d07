using static TorchSharp.torch;

namespace JustAlexNet.Models.Folding;

/// <summary>A step from pictures to logits in evaluation mode: what is computed, not how. Layers describe themselves by such nodes.</summary>
/// <remarks>A value is the node that gives it. Nodes are compared by reference; weights are float32 on the processor and stay their owner's. Immutable.</remarks>
internal abstract record GraphNode
{
    /// <summary>The values that it takes.</summary>
    public abstract IReadOnlyList<GraphNode> Inputs { get; }

    /// <summary>The same step on other values, as many as <see cref="Inputs"/>.</summary>
    public abstract GraphNode On(IReadOnlyList<GraphNode> inputs);

    /// <summary>C, H, W of the value, from those of its inputs.</summary>
    public abstract Layers.Extent Shape(IReadOnlyList<Layers.Extent> inputs);
}

/// <summary>Normalised pictures, (N, 3, H, W): where every graph begins.</summary>
/// <param name="Extent">3, H, W.</param>
internal sealed record PicturesNode(Layers.Extent Extent) : GraphNode
{
    public override IReadOnlyList<GraphNode> Inputs => [];

    public override GraphNode On(IReadOnlyList<GraphNode> inputs) => this;

    public override Layers.Extent Shape(IReadOnlyList<Layers.Extent> inputs) => Extent;
}

/// <summary>A step on one value.</summary>
internal abstract record UnaryNode(GraphNode Input) : GraphNode
{
    public override IReadOnlyList<GraphNode> Inputs => [Input];

    public override GraphNode On(IReadOnlyList<GraphNode> inputs) => this with { Input = inputs[0] };

    public override Layers.Extent Shape(IReadOnlyList<Layers.Extent> inputs) => inputs[0];
}

/// <summary>A convolution, then the addition of another value, then max(x, 0), each where it is asked for.</summary>
/// <param name="Input">(N, C, H, W).</param>
/// <param name="Weight">(K, C, k, k).</param>
/// <param name="Bias">(K), or null.</param>
/// <param name="Stride">Pixels from one place of the window to the next.</param>
/// <param name="Pad">Zeros on every side.</param>
internal sealed record ConvolutionNode(GraphNode Input, Tensor Weight, Tensor? Bias, int Stride, int Pad) : UnaryNode(Input)
{
    /// <summary>What is added to the result, of its shape; null: nothing.</summary>
    public GraphNode? Addend { get; init; }

    /// <summary>Whether negative values become 0.</summary>
    public bool IsRectified { get; init; }

    /// <summary>k, the window's side.</summary>
    public int Kernel => (int)Weight.shape[2];

    public override IReadOnlyList<GraphNode> Inputs => Addend is null ? [Input] : [Input, Addend];

    public override GraphNode On(IReadOnlyList<GraphNode> inputs) => this with { Input = inputs[0], Addend = Addend is null ? null : inputs[1] };

    public override Layers.Extent Shape(IReadOnlyList<Layers.Extent> inputs) => inputs[0].Windowed(Weight.shape[0], Kernel, Stride, Pad);
}

/// <summary>x W' + b, then max(x, 0) where it is asked for.</summary>
/// <param name="Input">(N, D).</param>
/// <param name="Weight">(K, D).</param>
/// <param name="Bias">(K).</param>
internal sealed record LinearNode(GraphNode Input, Tensor Weight, Tensor Bias) : UnaryNode(Input)
{
    /// <summary>Whether negative values become 0.</summary>
    public bool IsRectified { get; init; }

    public override Layers.Extent Shape(IReadOnlyList<Layers.Extent> inputs) => new(Weight.shape[0], 1, 1);
}

/// <summary>scale x + shift a channel, as batch normalisation with recorded statistics; then max(x, 0) where it is asked for.</summary>
/// <param name="Input">(N, C, H, W).</param>
/// <param name="Scale">(C).</param>
/// <param name="Shift">(C).</param>
internal sealed record ScaleShiftNode(GraphNode Input, double[] Scale, double[] Shift) : UnaryNode(Input)
{
    /// <summary>Whether negative values become 0.</summary>
    public bool IsRectified { get; init; }
}

/// <summary>max(x, 0).</summary>
internal sealed record RectifierNode(GraphNode Input) : UnaryNode(Input);

/// <summary>The largest value under a square window; what lies outside counts as less than everything.</summary>
internal sealed record MaxPoolNode(GraphNode Input, int Kernel, int Stride, int Pad) : UnaryNode(Input)
{
    public override Layers.Extent Shape(IReadOnlyList<Layers.Extent> inputs) => inputs[0].Windowed(inputs[0].Channels, Kernel, Stride, Pad);
}

/// <summary>The mean under a square window that moves by its own size; what does not fill a window is left out.</summary>
internal sealed record AveragePoolNode(GraphNode Input, int Kernel) : UnaryNode(Input)
{
    public override Layers.Extent Shape(IReadOnlyList<Layers.Extent> inputs) => inputs[0].Windowed(inputs[0].Channels, Kernel, Kernel);
}

/// <summary>Means over a grid of side x side regions that cover the value, as <c>adaptive_avg_pool2d</c>.</summary>
internal sealed record GridAverageNode(GraphNode Input, int Side) : UnaryNode(Input)
{
    public override Layers.Extent Shape(IReadOnlyList<Layers.Extent> inputs) => new(inputs[0].Channels, Side, Side);
}

/// <summary>(N, C, H, W) to (N, C H W), in C H W order.</summary>
internal sealed record FlattenNode(GraphNode Input) : UnaryNode(Input)
{
    public override Layers.Extent Shape(IReadOnlyList<Layers.Extent> inputs) => new(inputs[0].Values, 1, 1);
}

/// <summary>The sum of two values of one shape.</summary>
internal sealed record AdditionNode(GraphNode First, GraphNode Second) : GraphNode
{
    public override IReadOnlyList<GraphNode> Inputs => [First, Second];

    public override GraphNode On(IReadOnlyList<GraphNode> inputs) => new AdditionNode(inputs[0], inputs[1]);

    public override Layers.Extent Shape(IReadOnlyList<Layers.Extent> inputs) => inputs[0];
}

/// <summary>The channels of one value, then those of another.</summary>
internal sealed record ConcatenationNode(GraphNode First, GraphNode Second) : GraphNode
{
    public override IReadOnlyList<GraphNode> Inputs => [First, Second];

    public override GraphNode On(IReadOnlyList<GraphNode> inputs) => new ConcatenationNode(inputs[0], inputs[1]);

    public override Layers.Extent Shape(IReadOnlyList<Layers.Extent> inputs) => inputs[0] with { Channels = inputs[0].Channels + inputs[1].Channels };
}
