using JustAlexNet.Imaging;
using JustAlexNet.Models.Folding;
using JustAlexNet.Models.Layers;
using JustAlexNet.Onnx;
using TorchSharp;

namespace JustAlexNet.Export;

/// <summary>Writes a folded network as operators of ONNX: pictures in, logits and features out.</summary>
/// <remarks>Outputs: <see cref="Logits"/> (N, K) and <see cref="Features"/> (N, D), what the last linear layer takes. Not thread-safe.</remarks>
internal sealed class NetworkWriter
{
    /// <summary>Names in the file.</summary>
    public const string Pictures = "pictures", Pixels = "pixels", Logits = "logits", Features = "features";

    private readonly OnnxGraph graph;
    private readonly NumberForm form;
    private readonly FoldedGraph network;
    private readonly ValueGroups groups;
    private readonly Dictionary<GraphNode, string> values = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<GraphNode, Extent> extents = new(ReferenceEqualityComparer.Instance);

    private NetworkWriter(FoldedGraph network, OnnxGraph graph, NumberForm form) => (this.network, this.graph, this.form, groups) = (network, graph, form, new(network));

    /// <summary>Writes a network.</summary>
    /// <param name="network">Its last step is linear.</param>
    /// <param name="preprocessing">Gives mean and deviation, where they become part of the network.</param>
    /// <param name="embeds">Whether the input is pixels, uint8 (N, H, W, 3), and normalised here; else it is normalised, float32 (N, 3, H, W).</param>
    /// <param name="graph">Receives it.</param>
    /// <param name="form">In what numbers.</param>
    public static void Write(FoldedGraph network, Preprocessing preprocessing, bool embeds, OnnxGraph graph, NumberForm form)
    {
        var writer = new NetworkWriter(network, graph, form);
        foreach (var node in network.Nodes)
        {
            writer.extents[node] = node.Shape([.. node.Inputs.Select(input => writer.extents[input])]);
            writer.values[node] = node is PicturesNode pictures ? writer.Begin(pictures, preprocessing, embeds) : writer.Write(node);
        }
        var last = network.Nodes[^1];
        form.Show(writer.values[last.Inputs[0]], Features);
        graph.Output(Logits, writer.extents[last].Channels);
        graph.Output(Features, writer.extents[last.Inputs[0]].Channels);
    }

    private string Begin(PicturesNode pictures, Preprocessing preprocessing, bool embeds)
    {
        var (height, width) = (pictures.Extent.Height, pictures.Extent.Width);
        if (!embeds) return form.Value(graph.Input(Pictures, isBytes: false, 3, height, width), groups.Of(pictures));
        const int isFloat = 1;
        var (mean, deviation) = (preprocessing.Mean.ToArray(), preprocessing.Deviation.ToArray());
        var value = graph.Node("Cast", [graph.Input(Pixels, isBytes: true, height, width, 3)], [OnnxGraph.Attribute("to", isFloat)]);
        value = graph.Node("Sub", [value, graph.Floats("mean", Array.ConvertAll(mean, m => (float)(255 * m)), 3)]);
        value = graph.Node("Mul", [value, graph.Floats("factor", Array.ConvertAll(deviation, d => (float)(1 / (255 * d))), 3)]);
        return form.Value(graph.Node("Transpose", [value], [OnnxGraph.Attribute("perm", 0, 3, 1, 2)]), groups.Of(pictures));
    }

    private string Write(GraphNode node)
    {
        var inputs = node.Inputs.Select(input => values[input]).ToArray();
        var group = groups.Of(node);
        return node switch
        {
            ConvolutionNode c => Convolution(c, inputs, group),
            LinearNode l => Linear(l, inputs[0], group),
            ScaleShiftNode s => form.Value(Rectified(ScaleShift(s, inputs[0]), s.IsRectified), group),
            RectifierNode => form.Value(graph.Node("Relu", inputs), group),
            AdditionNode => form.Value(graph.Node("Add", inputs), group),
            ConcatenationNode { First: ConcatenationNode } => form.Moved(Concatenation(inputs), group),
            ConcatenationNode => form.Value(Concatenation(inputs), group),
            MaxPoolNode p => form.Moved(graph.Node("MaxPool", inputs, Window(p.Kernel, p.Kernel, p.Stride, p.Stride, p.Pad)), group),
            AveragePoolNode p => form.Value(graph.Node("AveragePool", inputs, Window(p.Kernel, p.Kernel, p.Kernel, p.Kernel, 0)), group),
            GridAverageNode p => GridAverage(extents[p.Input], p.Side, inputs[0], group),
            FlattenNode => form.Moved(graph.Node("Flatten", inputs, [OnnxGraph.Attribute("axis", 1)]), group),
            _ => throw new InvalidOperationException($"there is no operator for {node.GetType().Name}"),
        };
    }

    private string Convolution(ConvolutionNode node, string[] inputs, string group)
    {
        var weight = Floats(node.Weight);
        var (weights, bias) = form.Weights(inputs[0], weight, node.Weight.shape, node.Bias is { } given ? Floats(given) : new float[node.Weight.shape[0]]);
        var value = graph.Node("Conv", [inputs[0], weights, bias], Window(node.Kernel, node.Kernel, node.Stride, node.Stride, node.Pad));
        if (node.Addend is not null) value = graph.Node("Add", [form.Value(value, groups.BeforeAddition(node)), inputs[1]]);
        return form.Value(Rectified(value, node.IsRectified), group);
    }

    private string Linear(LinearNode node, string input, string group)
    {
        var isLast = ReferenceEquals(node, network.Nodes[^1]);
        var (weights, bias) = form.Weights(input, Floats(node.Weight), node.Weight.shape, Floats(node.Bias));
        var value = graph.Node("Gemm", [input, weights, bias], [OnnxGraph.Attribute("alpha", 1f), OnnxGraph.Attribute("beta", 1f), OnnxGraph.Attribute("transB", 1)], isLast ? Logits : null);
        return isLast ? value : form.Value(Rectified(value, node.IsRectified), group);
    }

    private string ScaleShift(ScaleShiftNode node, string input)
    {
        var (scale, shift, channels) = (Array.ConvertAll(node.Scale, v => (float)v), Array.ConvertAll(node.Shift, v => (float)v), node.Scale.Length);
        if (form.ScalesByConvolution)
        {
            var (weights, bias) = form.Weights(input, scale, [channels, 1, 1, 1], shift);
            return graph.Node("Conv", [input, weights, bias], [.. Window(1, 1, 1, 1, 0), OnnxGraph.Attribute("group", channels)]);
        }
        // With mean 0, variance 1 and epsilon 0 normalisation is scale x + shift.
        var (zeros, ones) = (new float[channels], Enumerable.Repeat(1f, channels).ToArray());
        string[] all = [input, graph.Floats("scale", scale, channels), graph.Floats("shift", shift, channels), graph.Floats("zeros", zeros, channels), graph.Floats("ones", ones, channels)];
        return graph.Node("BatchNormalization", all, [OnnxGraph.Attribute("epsilon", 0f)]);
    }

    // Regions of adaptive_avg_pool2d: row i of s takes the rows from floor(i H / s) to before ceil((i + 1) H / s); columns likewise.
    private string GridAverage(Extent from, int side, string input, string group)
    {
        var (height, width) = (from.Height, from.Width);
        if (side == 1) return form.Value(graph.Node("GlobalAveragePool", [input]), group);
        if (height == side && width == side) return input;
        if (height % side == 0 && width % side == 0) return form.Value(graph.Node("AveragePool", [input], Window(height / side, width / side, height / side, width / side, 0)), group);
        var rows = graph.Node("MatMul", [graph.Floats("row_means", Means(height, side, across: false), side, height), input]);
        return form.Value(graph.Node("MatMul", [rows, graph.Floats("column_means", Means(width, side, across: true), width, side)]), group);
    }

    private static float[] Means(long length, int side, bool across)
    {
        var means = new float[side * length];
        for (var i = 0; i < side; i++)
        {
            var (start, end) = (i * length / side, ((i + 1) * length + side - 1) / side);
            for (var at = start; at < end; at++) means[across ? at * side + i : i * length + at] = 1f / (end - start);
        }
        return means;
    }

    private string Concatenation(string[] parts) => graph.Node("Concat", parts, [OnnxGraph.Attribute("axis", 1)]);

    private string Rectified(string value, bool asked) => asked ? graph.Node("Relu", [value]) : value;

    private static Onnx.Format.AttributeProto[] Window(long height, long width, long down, long right, long pad)
    {
        List<Onnx.Format.AttributeProto> window = [OnnxGraph.Attribute("kernel_shape", height, width), OnnxGraph.Attribute("strides", down, right)];
        if (pad > 0) window.Add(OnnxGraph.Attribute("pads", pad, pad, pad, pad));
        return [.. window];
    }

    // In the order of the axes, whatever the order in memory.
    private static float[] Floats(torch.Tensor tensor)
    {
        using var plain = tensor.detach();
        using var dense = plain.contiguous();
        return dense.data<float>().ToArray();
    }
}
