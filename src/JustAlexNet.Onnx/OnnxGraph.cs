using System.Runtime.InteropServices;
using Google.Protobuf;
using JustAlexNet.Onnx.Format;

namespace JustAlexNet.Onnx;

/// <summary>An .onnx file in the making: operators one after another, values by their names. Opset 17 and IR version 8 (ONNX 1.12), which every runtime since 2022 reads.</summary>
/// <remarks>Weights are copied as they are added, and stand in the file as raw bytes, little-endian. Not thread-safe.</remarks>
internal sealed class OnnxGraph
{
    /// <summary>What the open first axis of inputs and outputs is called.</summary>
    public const string Batch = "N";

    private const int Opset = 17, IrVersion = 8;

    private readonly GraphProto graph = new() { Name = "network" };
    private readonly Dictionary<string, int> counts = [];

    /// <summary>Adds an input, (N, ...).</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="isBytes">uint8; otherwise float32.</param>
    /// <param name="shape">The axes behind the first.</param>
    public string Input(string name, bool isBytes, params ReadOnlySpan<long> shape)
    {
        graph.Input.Add(Info(name, isBytes ? TensorProto.Types.DataType.Uint8 : TensorProto.Types.DataType.Float, shape));
        return name;
    }

    /// <summary>Makes a value of float32 an output, (N, ...).</summary>
    public void Output(string name, params ReadOnlySpan<long> shape) => graph.Output.Add(Info(name, TensorProto.Types.DataType.Float, shape));

    /// <summary>Makes a value of float32 an output of whatever shape it has.</summary>
    public void OutputAsItComes(string name) =>
        graph.Output.Add(new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float } } });

    /// <summary>Adds an operator.</summary>
    /// <param name="op">Its name in ONNX.</param>
    /// <param name="inputs">The values that it takes.</param>
    /// <param name="attributes">What else it needs to know.</param>
    /// <param name="output">What its value is called; null: after the operator, with a number.</param>
    /// <returns>The name of its value.</returns>
    public string Node(string op, ReadOnlySpan<string> inputs, IEnumerable<AttributeProto>? attributes = null, string? output = null)
    {
        var name = output ?? Named(op);
        graph.Node.Add(new NodeProto { OpType = op, Name = name, Input = { inputs.ToArray() }, Output = { name }, Attribute = { attributes ?? [] } });
        return name;
    }

    /// <summary>Adds a constant of float32.</summary>
    public string Floats(string what, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) => Constant(what, TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes(values), shape);

    /// <summary>Adds a constant of int8.</summary>
    public string SignedBytes(string what, ReadOnlySpan<sbyte> values, params ReadOnlySpan<long> shape) => Constant(what, TensorProto.Types.DataType.Int8, MemoryMarshal.AsBytes(values), shape);

    /// <summary>Adds a constant of uint8.</summary>
    public string Bytes(string what, ReadOnlySpan<byte> values, params ReadOnlySpan<long> shape) => Constant(what, TensorProto.Types.DataType.Uint8, values, shape);

    /// <summary>Adds a constant of int32.</summary>
    public string Whole(string what, ReadOnlySpan<int> values, params ReadOnlySpan<long> shape) => Constant(what, TensorProto.Types.DataType.Int32, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A whole number that an operator needs to know.</summary>
    public static AttributeProto Attribute(string name, long value) => new() { Name = name, I = value, Type = AttributeProto.Types.AttributeType.Int };

    /// <summary>A number that an operator needs to know.</summary>
    public static AttributeProto Attribute(string name, float value) => new() { Name = name, F = value, Type = AttributeProto.Types.AttributeType.Float };

    /// <summary>Whole numbers that an operator needs to know.</summary>
    public static AttributeProto Attribute(string name, params long[] values) => new() { Name = name, Ints = { values }, Type = AttributeProto.Types.AttributeType.Ints };

    /// <summary>The bytes of the file.</summary>
    /// <param name="metadata">What it says about itself, by key.</param>
    /// <param name="version">Of this program.</param>
    public byte[] ToArray(IReadOnlyDictionary<string, string> metadata, string version)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion, ProducerName = "JustAlexNet", ProducerVersion = version, Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Version = Opset } },
            MetadataProps = { metadata.Select(entry => new StringStringEntryProto { Key = entry.Key, Value = entry.Value }) },
        };
        return model.ToByteArray();
    }

    private string Constant(string what, TensorProto.Types.DataType type, ReadOnlySpan<byte> bytes, ReadOnlySpan<long> shape)
    {
        var name = Named(what);
        graph.Initializer.Add(new TensorProto { Name = name, Dims = { shape.ToArray() }, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) });
        return name;
    }

    private string Named(string what)
    {
        var number = counts.GetValueOrDefault(what);
        counts[what] = number + 1;
        return $"{what.ToLowerInvariant()}_{number}";
    }

    private static ValueInfoProto Info(string name, TensorProto.Types.DataType type, ReadOnlySpan<long> shape)
    {
        var axes = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = Batch } } };
        foreach (var length in shape) axes.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = length });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = axes } } };
    }
}
