using System.Runtime.InteropServices;
using System.Text.Json;
using Google.Protobuf;
using JustAlexNet.Imaging;
using JustAlexNet.Onnx.Format;

namespace JustAlexNet.Onnx;

/// <summary>Puts a last linear layer onto the network of an .onnx file.</summary>
public static class OnnxHead
{
    /// <summary>The name of the new output: logits, (N, K). Those of the file stay beside it.</summary>
    public const string Output = "justalexnet_logits";

    /// <summary>Writes the network with the layer on top: logits = W flatten(features) + b, and classes and preprocessing in the metadata.</summary>
    /// <remarks>
    /// Protocol Buffers merge messages that stand one behind the other, lists by appending: so the new file is the old one, byte for byte, and what is added behind
    /// it. Nodes: Flatten and Gemm, the same in every opset since 11.
    /// </remarks>
    /// <param name="network">Where the features come from.</param>
    /// <param name="target">Receives the file.</param>
    /// <param name="weight">(K, D) row by row.</param>
    /// <param name="bias">(K).</param>
    /// <param name="classes">Names in the order of the logits.</param>
    /// <param name="preprocessing">How pictures are prepared.</param>
    /// <param name="displayNames">What classes are called for people, by class name. Null or empty: nothing is written about it.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public static void Write(OnnxNetwork network, Stream target, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, IReadOnlyList<string> classes, Preprocessing preprocessing,
        IReadOnlyDictionary<string, string>? displayNames = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(preprocessing);
        if (bias.Length != classes.Count || weight.Length != classes.Count * network.Width) throw new ArgumentException($"expected {classes.Count} x {network.Width} weights and {classes.Count} biases", nameof(weight));
        using (var file = File.OpenRead(network.Path)) file.CopyTo(target);
        const string flat = "justalexnet_features", w = "justalexnet_weight", b = "justalexnet_bias";
        new ModelProto
        {
            Graph = new GraphProto
            {
                Node =
                {
                    new NodeProto { OpType = "Flatten", Name = flat, Input = { network.OutputName }, Output = { flat } },
                    new NodeProto { OpType = "Gemm", Name = Output, Input = { flat, w, b }, Output = { Output }, Attribute = { new AttributeProto { Name = "transB", I = 1, Type = AttributeProto.Types.AttributeType.Int } } },
                },
                Initializer = { Tensor(w, weight, classes.Count, network.Width), Tensor(b, bias, classes.Count) },
                Output = { new ValueInfoProto { Name = Output, Type = new TypeProto { TensorType = FloatRows(classes.Count) } } },
            },
            MetadataProps =
            {
                new StringStringEntryProto { Key = OnnxMetadata.ClassesKey, Value = JsonSerializer.Serialize(classes) },
                new StringStringEntryProto { Key = OnnxMetadata.PreprocessingKey, Value = JsonSerializer.Serialize(preprocessing.ToDictionary()) },
                displayNames is { Count: > 0 } ? [new StringStringEntryProto { Key = OnnxMetadata.DisplayNamesKey, Value = JsonSerializer.Serialize(displayNames) }] : Array.Empty<StringStringEntryProto>(),
            },
        }.WriteTo(target);
    }

    private static TensorProto Tensor(string name, ReadOnlySpan<float> values, params long[] shape) =>
        new() { Name = name, Dims = { shape }, DataType = (int)TensorProto.Types.DataType.Float, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)) };

    // float32 (N, K)
    private static TypeProto.Types.Tensor FloatRows(int classes) => new()
    {
        ElemType = (int)TensorProto.Types.DataType.Float,
        Shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "N" }, new TensorShapeProto.Types.Dimension { DimValue = classes } } },
    };
}
