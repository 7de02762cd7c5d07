using JustAlexNet.Models.Folding;
using static TorchSharp.torch;

namespace JustAlexNet.Models.Layers;

/// <summary>Layers one after the other; each result is disposed as soon as the next layer has taken it.</summary>
internal sealed class Chain : Layer
{
    private readonly (string Name, Layer Layer)[] layers;

    /// <summary>Layers with names.</summary>
    public Chain(params (string Name, Layer Layer)[] layers) => this.layers = layers;

    /// <summary>Layers called 0, 1, 2...</summary>
    public Chain(params Layer[] layers) : this([.. layers.Select((layer, i) => (i.ToString(System.Globalization.CultureInfo.InvariantCulture), layer))])
    {
    }

    public override IEnumerable<(string Name, Layer Layer)> Children => layers;

    public override Extent Count(Extent input, ActivationCount count)
    {
        var value = input;
        for (var i = 0; i < layers.Length;)
        {
            var (next, taken) = Fusion.Count(layers, i, value, count) ?? (layers[i].Layer.Count(value, count), 1);
            i += taken;
            value = next;
        }
        return value;
    }

    public override GraphNode Describe(GraphNode input) => layers.Aggregate(input, (value, layer) => layer.Layer.Describe(value));

    protected override Tensor Forward(Tensor input, Pass pass)
    {
        var value = input;
        for (var i = 0; i < layers.Length;)
        {
            var (next, taken) = Fusion.Apply(layers, i, value, pass) ?? (layers[i].Layer.Apply(value, pass), 1);
            i += taken;
            if (!ReferenceEquals(value, input) && !ReferenceEquals(value, next)) value.Dispose();
            value = next;
        }
        return value;
    }
}
