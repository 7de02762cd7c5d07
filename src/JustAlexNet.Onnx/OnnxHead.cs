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

    private const string Flat = "justalexnet_features", WeightName = "justalexnet_weight", BiasName = "justalexnet_bias";

    /// <summary>Writes the network with the layer on top: logits = W flatten(features) + b, and classes and preprocessing in the metadata.</summary>
    /// <remarks>
    /// A layer that an earlier call put there is replaced. Weights that stand in files beside the network come into the new file. Nodes: Flatten and Gemm, the same
    /// in every opset since 11. The result is opened and run on a picture before a byte of it is written.
    /// </remarks>
    /// <param name="network">Where the features come from.</param>
    /// <param name="target">Receives the file.</param>
    /// <param name="weight">(K, D) row by row.</param>
    /// <param name="bias">(K).</param>
    /// <param name="classes">Names in the order of the logits.</param>
    /// <param name="preprocessing">How pictures are prepared.</param>
    /// <param name="displayNames">What classes are called for people, by class name. Null or empty: nothing is written about it.</param>
    /// <param name="learned">Entries of the metadata about what the layer was learned from, by key (<see cref="OnnxMetadata.RecipeKey"/>, <see cref="OnnxMetadata.DataKey"/>). Those of the network's own training go in any case.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    /// <exception cref="OnnxException">The file cannot be read any more, has more weights beside it than one file holds, or does not run with the layer.</exception>
    public static void Write(OnnxNetwork network, Stream target, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, IReadOnlyList<string> classes, Preprocessing preprocessing,
        IReadOnlyDictionary<string, string>? displayNames = null, IReadOnlyDictionary<string, string>? learned = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(preprocessing);
        if (bias.Length != classes.Count || weight.Length != classes.Count * network.Width) throw new ArgumentException($"expected {classes.Count} x {network.Width} weights and {classes.Count} biases", nameof(weight));
        var model = OnnxModel.Read(network.Path);
        RemoveOwn(model);
        model.MergeFrom(new ModelProto
        {
            Graph = new GraphProto
            {
                Node =
                {
                    new NodeProto { OpType = "Flatten", Name = Flat, Input = { network.OutputName }, Output = { Flat } },
                    new NodeProto { OpType = "Gemm", Name = Output, Input = { Flat, WeightName, BiasName }, Output = { Output }, Attribute = { new AttributeProto { Name = "transB", I = 1, Type = AttributeProto.Types.AttributeType.Int } } },
                },
                Initializer = { Tensor(WeightName, weight, classes.Count, network.Width), Tensor(BiasName, bias, classes.Count) },
                Output = { new ValueInfoProto { Name = Output, Type = new TypeProto { TensorType = FloatRows(classes.Count) } } },
            },
            MetadataProps =
            {
                new StringStringEntryProto { Key = OnnxMetadata.ClassesKey, Value = JsonSerializer.Serialize(classes) },
                new StringStringEntryProto { Key = OnnxMetadata.PreprocessingKey, Value = JsonSerializer.Serialize(preprocessing.ToDictionary()) },
                displayNames is { Count: > 0 } ? [new StringStringEntryProto { Key = OnnxMetadata.DisplayNamesKey, Value = JsonSerializer.Serialize(displayNames) }] : Array.Empty<StringStringEntryProto>(),
                (learned ?? new Dictionary<string, string>()).Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }),
            },
        });
        var bytes = model.ToByteArray();
        using (var opened = OnnxNetwork.Open(bytes, network.Path, Output))
            if (opened.OutputName != Output || opened.Width != classes.Count) throw new OnnxException($"{network.Path} with a new last layer gives {Counted.Of(opened.Width, "number")} a picture, expected {classes.Count}.\nExport the network anew.");
        target.Write(bytes);
    }

    private static void RemoveOwn(ModelProto model)
    {
        Remove(model.Graph.Node, node => node.Output.Contains(Flat) || node.Output.Contains(Output));
        Remove(model.Graph.Initializer, tensor => tensor.Name is WeightName or BiasName);
        Remove(model.Graph.Output, output => output.Name == Output);
        Remove(model.MetadataProps, entry => entry.Key is OnnxMetadata.ClassesKey or OnnxMetadata.PreprocessingKey or OnnxMetadata.DisplayNamesKey or OnnxMetadata.RecipeKey or OnnxMetadata.DataKey or OnnxMetadata.WeightsKey);

        static void Remove<T>(IList<T> list, Predicate<T> which)
        {
            for (var i = list.Count - 1; i >= 0; i--)
                if (which(list[i])) list.RemoveAt(i);
        }
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
