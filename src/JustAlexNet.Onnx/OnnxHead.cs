using System.Runtime.InteropServices;
using System.Text.Json;
using JustAlexNet.Imaging;

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
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public static void Write(OnnxNetwork network, Stream target, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, IReadOnlyList<string> classes, Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(preprocessing);
        if (bias.Length != classes.Count || weight.Length != classes.Count * network.Width) throw new ArgumentException($"expected {classes.Count} x {network.Width} weights and {classes.Count} biases", nameof(weight));
        using (var file = File.OpenRead(network.Path)) file.CopyTo(target);
        const string flat = "justalexnet_features", w = "justalexnet_weight", b = "justalexnet_bias";
        var graph = new ProtobufMessage()
            .Message(1, Node("Flatten", flat, [network.OutputName]))
            .Message(1, Node("Gemm", Output, [flat, w, b]).Message(5, new ProtobufMessage().Text(1, "transB").Number(3, 1).Number(20, 2)))
            .Message(5, Tensor(w, weight, classes.Count, network.Width))
            .Message(5, Tensor(b, bias, classes.Count))
            .Message(12, new ProtobufMessage().Text(1, Output).Message(2, FloatRows(classes.Count)));
        new ProtobufMessage().Message(7, graph)
            .Message(14, Entry(OnnxMetadata.ClassesKey, JsonSerializer.Serialize(classes)))
            .Message(14, Entry(OnnxMetadata.PreprocessingKey, JsonSerializer.Serialize(preprocessing.ToDictionary())))
            .WriteTo(target);
    }

    private static ProtobufMessage Node(string operation, string output, string[] inputs)
    {
        var node = new ProtobufMessage();
        foreach (var input in inputs) node.Text(1, input);
        return node.Text(2, output).Text(3, output).Text(4, operation);
    }

    private static ProtobufMessage Tensor(string name, ReadOnlySpan<float> values, params int[] shape)
    {
        var tensor = new ProtobufMessage();
        foreach (var size in shape) tensor.Number(1, size);
        return tensor.Number(2, 1).Text(8, name).Bytes(9, MemoryMarshal.AsBytes(values));
    }

    // float32 (N, K)
    private static ProtobufMessage FloatRows(int classes) => new ProtobufMessage().Message(1, new ProtobufMessage().Number(1, 1)
        .Message(2, new ProtobufMessage().Message(1, new ProtobufMessage().Text(2, "N")).Message(1, new ProtobufMessage().Number(1, classes))));

    private static ProtobufMessage Entry(string key, string value) => new ProtobufMessage().Text(1, key).Text(2, value);
}
