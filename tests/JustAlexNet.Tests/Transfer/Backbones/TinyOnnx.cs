using Google.Protobuf;
using JustAlexNet.Onnx.Format;

namespace JustAlexNet.Transfer.Tests;

/// <summary>The smallest network that gives features: the mean of each channel, (N, C, S, S) to (N, C, 1, 1).</summary>
internal static class TinyOnnx
{
    public static string Write(string path, int? batch, int? side = null, int channels = 3)
    {
        using var file = File.Create(path);
        new ModelProto
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
        }.WriteTo(file);
        return path;
    }

    private static TensorShapeProto.Types.Dimension Axis(int? size, string name) => size is { } known ? new() { DimValue = known } : new() { DimParam = name };

    private static ValueInfoProto Value(string name, params TensorShapeProto.Types.Dimension[] axes) => new()
    {
        Name = name,
        Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = new TensorShapeProto { Dim = { axes } } } },
    };
}
