using System.Globalization;
using JustAlexNet.Models.Folding;
using JustAlexNet.Models.Layers;
using static TorchSharp.torch;

namespace JustAlexNet.Models;

/// <summary>Dense layers one after the other: (N, C, H, W) to (N, C + growth x layers, H, W), every layer sees the results of all before it.</summary>
/// <remarks>
/// On the processor, in float32 and bfloat16, the layers write into one buffer (<see cref="FusedDenseBlock"/>); elsewhere, and where somebody watches the
/// layers, each appends its channels to a copy of its input. Both compute the same, to rounding.
/// </remarks>
internal sealed class DenseBlock(IReadOnlyList<DenseLayer> layers) : Layer
{
    public IReadOnlyList<DenseLayer> Layers => layers;

    public override IEnumerable<(string Name, Layer Layer)> Children =>
        layers.Select((layer, i) => ("denselayer" + (i + 1).ToString(CultureInfo.InvariantCulture), (Layer)layer));

    // As FusedDenseBlock computes it.
    public override Extent Count(Extent input, ActivationCount count)
    {
        var result = layers.Aggregate(input, (value, layer) => layer.Count(value, count));
        count.Keep(result.Values);
        return result;
    }

    public override GraphNode Describe(GraphNode input) => layers.Aggregate(input, (value, layer) => layer.Describe(value));

    protected override Tensor Forward(Tensor input, Pass pass)
    {
        if (FusedDenseBlock.Suits(input, pass)) return FusedDenseBlock.Apply(this, input, pass);
        var value = input;
        foreach (var layer in layers)
        {
            var next = layer.Apply(value, pass);
            if (!ReferenceEquals(value, input)) value.Dispose();
            value = next;
        }
        return value;
    }
}

/// <summary>Appends channels to its input: concatenation of x and conv2(relu(norm2(conv1(relu(norm1(x)))))).</summary>
internal sealed class DenseLayer(int inputs, int bottleneck, int growth) : Layer
{
    public BatchNormalisation Norm1 { get; } = new(inputs);
    public Convolution Conv1 { get; } = DenseNet.Conv(inputs, bottleneck, kernel: 1);
    public BatchNormalisation Norm2 { get; } = new(bottleneck);
    public Convolution Conv2 { get; } = DenseNet.Conv(bottleneck, growth, kernel: 3);

    /// <summary>Channels that it appends.</summary>
    public int Growth => growth;

    private Chain Body => field ??= new(
        ("norm1", Norm1), ("relu1", new Relu()), ("conv1", Conv1), ("norm2", Norm2), ("relu2", new Relu()), ("conv2", Conv2));

    public override IEnumerable<(string Name, Layer Layer)> Children => Body.Children;

    // The result of the first convolution, and both rectified inputs.
    public override Extent Count(Extent input, ActivationCount count)
    {
        var (rectified, middle, result) = (input.Values, input.Values / input.Channels * bottleneck, input with { Channels = input.Channels + growth });
        count.Keep(middle);
        if (count.MemoryEfficient) count.Repeat(rectified + middle);
        else count.Keep(rectified + middle);
        count.Hold(result.Values + rectified + 2 * middle);
        return result;
    }

    public override GraphNode Describe(GraphNode input) => new ConcatenationNode(input, Body.Describe(input));

    protected override Tensor Forward(Tensor input, Pass pass)
    {
        using var grown = Body.Apply(input, pass);
        return cat([input, grown], dim: 1);
    }
}
