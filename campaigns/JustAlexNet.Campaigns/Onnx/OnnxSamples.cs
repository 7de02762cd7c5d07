using System.Runtime.InteropServices;
using System.Text.Json;
using Google.Protobuf;
using JustAlexNet.Bench;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Onnx;
using JustAlexNet.Onnx.Format;

namespace JustAlexNet.Campaigns.Onnx;

/// <summary>Small networks to begin with: one of three means without a weight, and one with a convolution, a last layer and all that our files say of themselves.</summary>
internal static class OnnxSamples
{
    private static readonly Lazy<IReadOnlyList<ModelProto>> Made = new(() => [Described(Means(), 3), Described(Convolution(), 2), Means()]);

    /// <summary>All; not to be changed.</summary>
    public static IReadOnlyList<ModelProto> All => Made.Value;

    private static ModelProto Means() => ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(Checkout.Root, "tests", "Shared", "channel-means.onnx")));

    private static ModelProto Convolution()
    {
        var weight = Tensor("weight", 4, 3, 3, 3);
        var linear = Tensor("linear", 2, 4);
        return new ModelProto
        {
            IrVersion = 8,
            OpsetImport = { new OperatorSetIdProto { Version = 17 } },
            Graph = new GraphProto
            {
                Name = "network",
                Node =
                {
                    new NodeProto { OpType = "Conv", Input = { "input", "weight" }, Output = { "a" }, Attribute = { Ints("strides", 2, 2), Ints("pads", 1, 1, 1, 1) } },
                    new NodeProto { OpType = "Relu", Input = { "a" }, Output = { "b" } },
                    new NodeProto { OpType = "GlobalAveragePool", Input = { "b" }, Output = { "c" } },
                    new NodeProto { OpType = "Flatten", Input = { "c" }, Output = { "features" } },
                    new NodeProto { OpType = "Gemm", Input = { "features", "linear" }, Output = { OnnxHead.Output }, Attribute = { new AttributeProto { Name = "transB", I = 1, Type = AttributeProto.Types.AttributeType.Int } } },
                },
                Initializer = { weight, linear },
                Input = { Value("input", 1, 3, 16, 16) },
                Output = { Value(OnnxHead.Output, 1, 2), Value("features", 1, 4) },
            },
        };
    }

    private static ModelProto Described(ModelProto model, int classes)
    {
        var names = Enumerable.Range(0, classes).Select(i => $"class{i}").ToList();
        foreach (var (key, value) in new Dictionary<string, string>
        {
            [OnnxMetadata.ClassesKey] = JsonSerializer.Serialize(names),
            [OnnxMetadata.PreprocessingKey] = JsonSerializer.Serialize(Preprocessing.ImageNet(16).ToDictionary()),
            [OnnxMetadata.DisplayNamesKey] = JsonSerializer.Serialize(names.ToDictionary(name => name, name => $"{name}, a class")),
            [OnnxMetadata.RecipeKey] = """{"data":"/nowhere","epochs":2,"augment":["basic"]}""",
            [OnnxMetadata.DataKey] = DataRecordText.Of(new DataRecord("0123456789abcdef", [1, 2, 3], [4, 5], validationWasSplitOff: true)),
            [OnnxMetadata.LicenceKey] = "MIT",
        }) model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return model;
    }

    private static TensorProto Tensor(string name, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (var i = 0; i < values.Length; i++) values[i] = i % 7 / 7f - 0.4f;
        return new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Float, Dims = { shape }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())) };
    }

    private static AttributeProto Ints(string name, params long[] values) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    private static ValueInfoProto Value(string name, params long[] shape) => new()
    {
        Name = name,
        Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = new TensorShapeProto { Dim = { shape.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }) } } } },
    };
}
