using Google.Protobuf;
using JustAlexNet.Campaigns.Texts;
using JustAlexNet.Onnx.Format;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Campaigns.Onnx;

/// <summary>Makes .onnx files that nobody should open: by blind changes, and by changes of the messages: shapes, operators, weights, weights elsewhere, metadata.</summary>
internal static class OnnxMutation
{
    private static readonly long[] Sizes = [-1, 0, 1, 2, 3, 4, 5, 16, 224, 1000, 30_000, 70_000, int.MaxValue, 1L << 32, long.MaxValue, long.MinValue];
    private static readonly string[] Operators = ["Relu", "Softmax", "Flatten", "Reshape", "Expand", "Tile", "Pad", "Resize", "Gather", "Transpose", "Identity", "MaxPool", "AveragePool", "ReduceMean", "ConstantOfShape", "MatMul", "Einsum", "Cast", "If", "Loop", "Scan", "Nothing"];
    private static readonly string[] Places = ["", ".", "..", "/etc/passwd", "../../etc/passwd", "weights.bin", "network.onnx", "a\0b", "/dev/zero", "folder/weights.bin"];

    /// <summary>Draws a file.</summary>
    public static byte[] Draw(Random random)
    {
        var model = OnnxSamples.All[random.Next(OnnxSamples.All.Count)];
        if (random.Next(3) == 0) return Mutation.Of(model.ToByteArray(), random);
        if (random.Next(20) == 0) return Mutation.Spliced(model.ToByteArray(), OnnxSamples.All[random.Next(OnnxSamples.All.Count)].ToByteArray(), random);
        model = model.Clone();
        for (var changes = random.Next(1, 4); changes > 0; changes--) Change(model, random);
        return model.ToByteArray();
    }

    private static void Change(ModelProto model, Random random)
    {
        var graph = model.Graph;
        switch (random.Next(10))
        {
            case 0 or 1 or 2 when model.MetadataProps.Count > 0:
                var entry = One(model.MetadataProps, random);
                entry.Value = ByteString.CopyFrom(TextMutation.Of(System.Text.Encoding.UTF8.GetBytes(entry.Value), random)).ToStringUtf8();
                if (random.Next(10) == 0) model.MetadataProps.Add(entry.Clone());
                break;
            case 3:
                var dimensions = One(random.Next(2) == 0 ? graph.Input : graph.Output, random).Type.TensorType.Shape?.Dim;
                if (dimensions is not { Count: > 0 }) break;
                if (random.Next(4) == 0) dimensions.RemoveAt(random.Next(dimensions.Count));
                else if (random.Next(4) == 0) One(dimensions, random).DimParam = "N";
                else One(dimensions, random).DimValue = Size(random);
                break;
            case 4:
                One(graph.Node, random).OpType = Operators[random.Next(Operators.Length)];
                break;
            case 5 when One(graph.Node, random).Attribute is { Count: > 0 } attributes:
                var attribute = One(attributes, random);
                if (attribute.Ints.Count > 0) attribute.Ints[random.Next(attribute.Ints.Count)] = Size(random);
                else attribute.I = Size(random);
                break;
            case 6 when graph.Initializer.Count > 0:
                var tensor = One(graph.Initializer, random);
                if (random.Next(2) == 0 && tensor.Dims.Count > 0) tensor.Dims[random.Next(tensor.Dims.Count)] = Size(random);
                else if (random.Next(2) == 0) tensor.DataType = random.Next(-1, 25);
                else tensor.RawData = ByteString.CopyFrom(Mutation.Of(tensor.RawData.ToByteArray(), random));
                break;
            case 7 when graph.Initializer.Count > 0:
                var outside = One(graph.Initializer, random);
                outside.DataLocation = TensorProto.Types.DataLocation.External;
                if (random.Next(2) == 0) outside.RawData = ByteString.Empty;
                foreach (var (key, value) in new[] { ("location", Places[random.Next(Places.Length)]), ("offset", $"{Size(random)}"), ("length", $"{Size(random)}") })
                    for (var times = random.Next(8) == 0 ? 2 : random.Next(4) == 0 ? 0 : 1; times > 0; times--) outside.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
                break;
            case 8:
                var node = One(graph.Node, random);
                if (random.Next(2) == 0) graph.Node.Add(node.Clone());
                else if (node.Input.Count > 0) node.Input[random.Next(node.Input.Count)] = random.Next(2) == 0 ? "" : One(graph.Node, random).Output.FirstOrDefault() ?? "x";
                break;
            default:
                if (random.Next(2) == 0) model.IrVersion = Size(random);
                else if (model.OpsetImport.Count > 0) One(model.OpsetImport, random).Version = random.Next(2) == 0 ? random.Next(1, 30) : Size(random);
                break;
        }
    }

    private static long Size(Random random) => Sizes[random.Next(Sizes.Length)];

    private static T One<T>(IList<T> list, Random random) => list[random.Next(list.Count)];
}
