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
    private readonly PickleWriter _writer = new();
    private readonly Dictionary<object, int> _tensors = new(ReferenceEqualityComparer.Instance);
    private readonly List<object> _storages = [];

    private Pickler(object? root)
    {
        Value(root, "", 0);
        _writer.Op(Opcode.Stop);
        Pickle = _writer.ToArray();
    }

    /// <summary>The pickle of a value.</summary>
    /// <exception cref="ArgumentException">It holds what cannot be written, or itself.</exception>
    public static Pickler Of(object? root) => new(root);

    public byte[] Pickle { get; }

    /// <summary>The tensors (<see cref="torch.Tensor"/> or <see cref="StoredTensor"/>) in the order of their storages' keys 0, 1, ...</summary>
    public IReadOnlyList<object> Storages => _storages;

    private void Value(object? value, string where, int level)
    {
        if (level > PickleTree.MostLevels)
            throw new ArgumentException($"'{where[..40]}...' nests more than {PickleTree.MostLevels} levels deep, or contains itself.", nameof(value));
        switch (value)
        {
            case null: _writer.Op(Opcode.None); break;
            case bool truth: _writer.Op(truth ? Opcode.NewTrue : Opcode.NewFalse); break;
            case int integer: _writer.Integer(integer); break;
            case long integer: _writer.Integer(integer); break;
            case BigInteger integer: _writer.Integer(integer); break;
            case float number: _writer.Number(number); break;
            case double number: _writer.Number(number); break;
            case string text: _writer.Text(text); break;
            case torch.ScalarType type: _writer.Global("torch", ElementType.Name(type)); break;
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
        else _writer.Op(Opcode.EmptyDict);
        if (dictionary.Count == 0) return;
        _writer.Op(Opcode.Mark);
        foreach (var (key, value) in dictionary)
        {
            Value(key, where, level);
            Value(value, where.Length == 0 ? $"{key}" : $"{where}.{key}", level + 1);
        }

        _writer.Op(Opcode.SetItems);
    }

    private void List(IReadOnlyList<object?> list, string where, int level)
    {
        _writer.Op(Opcode.EmptyList);
        if (list.Count == 0) return;
        _writer.Op(Opcode.Mark);
        Values(list, where, level);
        _writer.Op(Opcode.Appends);
    }

    private void Tuple(PickleTuple tuple, string where, int level)
    {
        if (tuple.Count > 3) _writer.Op(Opcode.Mark);
        Values(tuple, where, level);
        _writer.EndTuple(tuple.Count);
    }

    private void Values(IReadOnlyList<object?> values, string where, int level)
    {
        for (var i = 0; i < values.Count; i++) Value(values[i], $"{where}[{i}]", level + 1);
    }

    private void EmptyOrderedDict()
    {
        _writer.Global("collections", "OrderedDict");
        _writer.Op(Opcode.EmptyTuple);
        _writer.Op(Opcode.Reduce);
    }

    /// <summary><c>_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks)</c>.</summary>
    private void Tensor(object tensor, torch.ScalarType type, long[] shape)
    {
        if (_tensors.TryGetValue(tensor, out var place))
        {
            _writer.Get(place);
            return;
        }

        _writer.Global("torch._utils", "_rebuild_tensor_v2");
        _writer.Op(Opcode.Mark);
        Storage(type, shape);
        _writer.Integer(0);
        _writer.Tuple(shape);
        _writer.Tuple(StoredTensor.ContiguousStrides(shape));
        _writer.Op(Opcode.NewFalse);
        EmptyOrderedDict();
        _writer.Op(Opcode.Tuple);
        _writer.Op(Opcode.Reduce);
        _tensors[tensor] = _writer.Put();
        _storages.Add(tensor);
    }

    private void Storage(torch.ScalarType type, long[] shape)
    {
        _writer.Op(Opcode.Mark);
        _writer.Text("storage");
        _writer.Global("torch", ElementType.Storage(type));
        _writer.Text(_storages.Count.ToString(CultureInfo.InvariantCulture));
        _writer.Text("cpu");
        _writer.Integer(shape.Aggregate(1L, (product, size) => product * size));
        _writer.Op(Opcode.Tuple);
        _writer.Op(Opcode.BinPersId);
    }

    private static torch.ScalarType TypeOf(torch.Tensor tensor, string where) =>
        ElementType.IsKnown(tensor.dtype) && !tensor.is_sparse
            ? tensor.dtype
            : throw new ArgumentException($"'{where}' is a {(tensor.is_sparse ? "sparse " : "")}tensor of type {tensor.dtype}, which a checkpoint cannot hold.", nameof(tensor));
}
