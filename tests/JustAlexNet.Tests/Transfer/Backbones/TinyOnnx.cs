using Google.Protobuf;
using JustAlexNet.Onnx.Format;

namespace JustAlexNet.Transfer.Tests;

/// <summary>The smallest network that gives features: the mean of each channel, (N, C, S, S) to (N, C, 1, 1).</summary>
internal static class TinyOnnx
{
    /// <param name="path">The file.</param>
    /// <param name="batch">N; null: open.</param>
    /// <param name="side">S; null: open.</param>
    /// <param name="channels">C.</param>
    /// <param name="then">A node behind it, whose output takes the place of the features: Softmax, or a pair of the pool's own.</param>
    /// <param name="scale">The means are multiplied by a number that stands in this file beside the other; null: they are not.</param>
    public static string Write(string path, int? batch, int? side = null, int channels = 3, string? then = null, string? scale = null)
    {
        using var file = File.Create(path);
        var model = new ModelProto
        {
            IrVersion = 8,
            OpsetImport = { new OperatorSetIdProto { Version = 13 } },
            Graph = new GraphProto
            {
                Name = "tiny",
                Node = { new NodeProto { OpType = "GlobalAveragePool", Input = { "input" }, Output = { "features" } } },
                Input = { Value("input", Axis(batch, "N"), Axis(channels, ""), Axis(side, "S"), Axis(side, "S")) },
                Output = { Value("features", Axis(batch, "N"), Axis(channels, ""), Axis(1, ""), Axis(1, "")) },
            },
        };
        if (then is not null) Behind(model.Graph, new NodeProto { OpType = then, Attribute = { new AttributeProto { Name = "axis", I = 1, Type = AttributeProto.Types.AttributeType.Int } } });
        if (scale is not null)
        {
            Behind(model.Graph, new NodeProto { OpType = "Mul", Input = { "scale" } });
            File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(path)!, scale), [0, 0, 0, 0, .. BitConverter.GetBytes(2f)]);
            model.Graph.Initializer.Add(new TensorProto
            {
                Name = "scale", Dims = { 1 }, DataType = (int)TensorProto.Types.DataType.Float, DataLocation = TensorProto.Types.DataLocation.External,
                ExternalData = { new StringStringEntryProto { Key = "location", Value = scale }, new StringStringEntryProto { Key = "offset", Value = "4" }, new StringStringEntryProto { Key = "length", Value = "4" } },
            });
        }
        model.WriteTo(file);
        return path;
    }

    /// <summary>The same with the picture itself as its output, (N, C, S, S).</summary>
    public static string WriteMap(string path)
    {
        Write(path, batch: null);
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        model.Graph.Node[0] = new NodeProto { OpType = "Relu", Input = { "input" }, Output = { "features" } };
        model.Graph.Output[0].Type = model.Graph.Input[0].Type.Clone();
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    private static void Behind(GraphProto graph, NodeProto node)
    {
        graph.Node[^1].Output[0] = "before";
        node.Input.Insert(0, "before");
        node.Output.Add("features");
        graph.Node.Add(node);
    }

    private static TensorShapeProto.Types.Dimension Axis(int? size, string name) => size is { } known ? new() { DimValue = known } : new() { DimParam = name };

    private static ValueInfoProto Value(string name, params TensorShapeProto.Types.Dimension[] axes) => new()
    {
        Name = name,
        Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = new TensorShapeProto { Dim = { axes } } } },
    };
}
