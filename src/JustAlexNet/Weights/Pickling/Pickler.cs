using System.Globalization;
using System.Numerics;
using TorchSharp;

namespace JustAlexNet.Weights.Pickling;

/// <summary>
/// Turns a value into a pickle as <c>torch.save</c> would write it. Tensors are collected, not written: the n-th of <see cref="Storages"/>
/// is the content of storage n, contiguous.
/// </summary>
internal sealed class Pickler
{
    private readonly PickleWriter writer = new();
    private readonly Dictionary<object, int> tensors = new(ReferenceEqualityComparer.Instance);
    private readonly List<object> storages = [];

    private Pickler(object? root)
    {
        Value(root, "", 0);
        writer.Op(Opcode.Stop);
        Pickle = writer.ToArray();
    }

    /// <summary>The pickle of a value.</summary>
    /// <exception cref="ArgumentException">It holds what cannot be written, or itself.</exception>
    public static Pickler Of(object? root) => new(root);

    public byte[] Pickle { get; }

    /// <summary>The tensors (<see cref="torch.Tensor"/> or <see cref="StoredTensor"/>) in the order of their storages' keys 0, 1, ...</summary>
    public IReadOnlyList<object> Storages => storages;

    private void Value(object? value, string where, int level)
    {
        if (level > PickleTree.MaxLevels)
            throw new ArgumentException($"'{where[..40]}...' nests more than {PickleTree.MaxLevels} levels deep, or contains itself.", nameof(value));
        switch (value)
        {
            case null: writer.Op(Opcode.None); break;
            case bool truth: writer.Op(truth ? Opcode.NewTrue : Opcode.NewFalse); break;
            case int integer: writer.Integer(integer); break;
            case long integer: writer.Integer(integer); break;
            case BigInteger integer: writer.Integer(integer); break;
            case float number: writer.Number(number); break;
            case double number: writer.Number(number); break;
            case string text: writer.Text(text); break;
            case torch.ScalarType type: writer.Global("torch", ElementType.Name(type)); break;
            case PickleDictionary dictionary: Dictionary(dictionary, where, level); break;
            case PickleTuple tuple: Tuple(tuple, where, level); break;
            case StoredTensor tensor: Tensor(tensor, tensor.Type, [.. tensor.Shape]); break;
            case torch.Tensor tensor: Tensor(tensor, TypeOf(tensor, where), tensor.shape); break;
            case IReadOnlyList<object?> list: List(list, where, level); break;
            default: throw new ArgumentException($"'{where}' is {PickleKind.Of(value)}, which a checkpoint cannot hold.", nameof(value));
        }
    }

    private void Dictionary(PickleDictionary dictionary, string where, int level)
    {
        if (dictionary.IsOrderedDict) EmptyOrderedDict();
        else writer.Op(Opcode.EmptyDict);
        if (dictionary.Count == 0) return;
        writer.Op(Opcode.Mark);
        foreach (var (key, value) in dictionary)
        {
            Value(key, where, level);
            Value(value, where.Length == 0 ? $"{key}" : $"{where}.{key}", level + 1);
        }

        writer.Op(Opcode.SetItems);
    }

    private void List(IReadOnlyList<object?> list, string where, int level)
    {
        writer.Op(Opcode.EmptyList);
        if (list.Count == 0) return;
        writer.Op(Opcode.Mark);
        Values(list, where, level);
        writer.Op(Opcode.Appends);
    }

    private void Tuple(PickleTuple tuple, string where, int level)
    {
        if (tuple.Count > 3) writer.Op(Opcode.Mark);
        Values(tuple, where, level);
        writer.EndTuple(tuple.Count);
    }

    private void Values(IReadOnlyList<object?> values, string where, int level)
    {
        for (var i = 0; i < values.Count; i++) Value(values[i], $"{where}[{i}]", level + 1);
    }

    private void EmptyOrderedDict()
    {
        writer.Global("collections", "OrderedDict");
        writer.Op(Opcode.EmptyTuple);
        writer.Op(Opcode.Reduce);
    }

    /// <summary><c>_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks)</c>.</summary>
    private void Tensor(object tensor, torch.ScalarType type, long[] shape)
    {
        if (tensors.TryGetValue(tensor, out var place))
        {
            writer.Get(place);
            return;
        }

        writer.Global("torch._utils", "_rebuild_tensor_v2");
        writer.Op(Opcode.Mark);
        Storage(type, shape);
        writer.Integer(0);
        writer.Tuple(shape);
        writer.Tuple(StoredTensor.ContiguousStrides(shape));
        writer.Op(Opcode.NewFalse);
        EmptyOrderedDict();
        writer.Op(Opcode.Tuple);
        writer.Op(Opcode.Reduce);
        tensors[tensor] = writer.Put();
        storages.Add(tensor);
    }

    private void Storage(torch.ScalarType type, long[] shape)
    {
        writer.Op(Opcode.Mark);
        writer.Text("storage");
        writer.Global("torch", ElementType.Storage(type));
        writer.Text(storages.Count.ToString(CultureInfo.InvariantCulture));
        writer.Text("cpu");
        writer.Integer(shape.Aggregate(1L, (product, size) => product * size));
        writer.Op(Opcode.Tuple);
        writer.Op(Opcode.BinPersId);
    }

    private static torch.ScalarType TypeOf(torch.Tensor tensor, string where) =>
        ElementType.IsKnown(tensor.dtype) && !tensor.is_sparse
            ? tensor.dtype
            : throw new ArgumentException($"'{where}' is a {(tensor.is_sparse ? "sparse " : "")}tensor of type {tensor.dtype}, which a checkpoint cannot hold.", nameof(tensor));
}
