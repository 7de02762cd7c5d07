using TorchSharp;

namespace JustAlexNet.Weights.Pickling;

/// <summary>Everything a pickle may ask for by name; each is a mark on the stack, and no name leads to code.</summary>
internal abstract record PickleGlobal(string Name)
{
    /// <summary>Something that REDUCE applies to a tuple.</summary>
    public sealed record Function(string Name, FunctionKind Kind) : PickleGlobal(Name);

    /// <summary>A storage's type, which only a persistent id mentions.</summary>
    public sealed record StorageType(string Name, torch.ScalarType Type) : PickleGlobal(Name);

    public enum FunctionKind
    {
        OrderedDict,
        Size,
        RebuildTensor,
        RebuildTensorV2,
        RebuildParameter,
    }

    /// <summary>The allow-list: a function, a storage's type, a dtype (<see cref="torch.ScalarType"/>), or null for all that is refused.</summary>
    public static object? Find(string module, string name) => (module, name) switch
    {
        ("collections", "OrderedDict") => new Function("collections.OrderedDict", FunctionKind.OrderedDict),
        ("torch", "Size") => new Function("torch.Size", FunctionKind.Size),
        ("torch._utils", "_rebuild_tensor") => new Function("_rebuild_tensor", FunctionKind.RebuildTensor),
        ("torch._utils", "_rebuild_tensor_v2") => new Function("_rebuild_tensor_v2", FunctionKind.RebuildTensorV2),
        ("torch._utils", "_rebuild_parameter") => new Function("_rebuild_parameter", FunctionKind.RebuildParameter),
        ("torch" or "torch.cuda", _) when ElementType.OfStorage(name) is { } type => new StorageType($"{module}.{name}", type),
        ("torch", _) when ElementType.OfName(name) is { } type => type,
        _ => null,
    };
}

/// <summary>What a persistent id leads to: a storage seen as elements of one type, or so many of them from <c>Start</c> on.</summary>
internal sealed record StorageReference(TensorStorage Storage, torch.ScalarType Type, long Elements, long Start = 0);

/// <summary>Finds the storage of a persistent id, or throws a <see cref="WeightsException"/>.</summary>
/// <param name="key">The storage's name in its file.</param>
/// <param name="type">The type that its elements are seen as.</param>
/// <param name="elements">How many elements the pickle says it has: not negative, otherwise unchecked.</param>
internal delegate TensorStorage FindStorage(string key, torch.ScalarType type, long elements);
