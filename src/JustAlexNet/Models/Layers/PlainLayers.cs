using JustAlexNet.Models.Folding;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace JustAlexNet.Models.Layers;

/// <summary>max(x, 0), written over its input: no layer before it needs its own result for the gradient.</summary>
internal sealed class Relu : Layer
{
    public override Extent Count(Extent input, ActivationCount count) => input;

    public override GraphNode Describe(GraphNode input) => new RectifierNode(input);

    protected override Tensor Forward(Tensor input, Pass pass) => input.relu_();
}

/// <summary>The largest value under a square window: (N, C, H, W) to (N, C, H', W').</summary>
internal sealed class MaxPool(int kernel, int stride, int pad = 0) : Layer
{
    /// <summary>The window's side, its step, and the margin that it may reach into.</summary>
    public int Kernel => kernel;

    /// <inheritdoc cref="Kernel"/>
    public int Stride => stride;

    /// <inheritdoc cref="Kernel"/>
    public int Pad => pad;

    public override Extent Count(Extent input, ActivationCount count)
    {
        var result = input.Windowed(input.Channels, kernel, stride, pad);
        return count.Make(input, result, indexBytes: sizeof(long) * result.Values);
    }

    public override GraphNode Describe(GraphNode input) => new MaxPoolNode(input, kernel, stride, pad);

    protected override Tensor Forward(Tensor input, Pass pass) => functional.max_pool2d(input, kernel, stride, pad);
}

/// <summary>The mean under a square window that moves by its own size.</summary>
internal sealed class AveragePool(int kernel) : Layer
{
    public override Extent Count(Extent input, ActivationCount count) => count.Make(input, input.Windowed(input.Channels, kernel, kernel));

    public override GraphNode Describe(GraphNode input) => new AveragePoolNode(input, kernel);

    protected override Tensor Forward(Tensor input, Pass pass) => functional.avg_pool2d(input, kernel, kernel);
}

/// <summary>Means over a grid of side x side regions: (N, C, any, any) to (N, C, side, side).</summary>
internal sealed class AdaptiveAveragePool(int side) : Layer
{
    public override Extent Count(Extent input, ActivationCount count) => count.Make(input, new(input.Channels, side, side));

    public override GraphNode Describe(GraphNode input) => new GridAverageNode(input, side);

    protected override Tensor Forward(Tensor input, Pass pass) => functional.adaptive_avg_pool2d(input, side);
}

/// <summary>(N, C, H, W) to (N, C H W), in C H W order whatever the memory layout.</summary>
internal sealed class Flatten : Layer
{
    public override Extent Count(Extent input, ActivationCount count) => count.Make(input, new(input.Values, 1, 1));

    public override GraphNode Describe(GraphNode input) => new FlattenNode(input);

    protected override Tensor Forward(Tensor input, Pass pass) => input.flatten(1);
}

/// <summary>In training sets each value to 0 with the given probability and scales the others by 1 / (1 - probability); else passes them on.</summary>
internal sealed class Dropout(double probability) : Layer
{
    // The result, and what was drawn.
    public override Extent Count(Extent input, ActivationCount count) => probability > 0 ? count.Make(input, count.Make(input, input)) : input;

    public override GraphNode Describe(GraphNode input) => input;

    protected override Tensor Forward(Tensor input, Pass pass) =>
        pass.Training && probability > 0 ? functional.dropout(input, probability, training: true) : input;
}
