using TorchSharp;

namespace JustAlexNet.Weights;

/// <summary>The element types of a tensor: their names in a pickle and in a safetensors file, and their sizes.</summary>
internal static class ElementType
{
    /// <summary>
    /// A row: the dtype, <c>torch.NAMEStorage</c>, <c>torch.NAME</c>, bytes an element, bytes of what a big-endian file turns round; the name in a safetensors
    /// file (null: it knows none) and its rank there, by which that library sorts.
    /// </summary>
    private sealed record Row(torch.ScalarType Type, string Storage, string Name, int Size, int Word, string? Safe, int Rank);

    private static readonly Row[] Rows =
    [
        new(torch.ScalarType.Float32, "FloatStorage", "float32", 4, 4, "F32", 10),
        new(torch.ScalarType.Float64, "DoubleStorage", "float64", 8, 8, "F64", 12),
        new(torch.ScalarType.Float16, "HalfStorage", "float16", 2, 2, "F16", 6),
        new(torch.ScalarType.BFloat16, "BFloat16Storage", "bfloat16", 2, 2, "BF16", 7),
        new(torch.ScalarType.Byte, "ByteStorage", "uint8", 1, 1, "U8", 1),
        new(torch.ScalarType.Int8, "CharStorage", "int8", 1, 1, "I8", 2),
        new(torch.ScalarType.Int16, "ShortStorage", "int16", 2, 2, "I16", 4),
        new(torch.ScalarType.Int32, "IntStorage", "int32", 4, 4, "I32", 8),
        new(torch.ScalarType.Int64, "LongStorage", "int64", 8, 8, "I64", 13),
        new(torch.ScalarType.Bool, "BoolStorage", "bool", 1, 1, "BOOL", 0),
        new(torch.ScalarType.ComplexFloat32, "ComplexFloatStorage", "complex64", 8, 4, "C64", 11),
        new(torch.ScalarType.ComplexFloat64, "ComplexDoubleStorage", "complex128", 16, 8, null, 0),
    ];

    public static bool IsKnown(torch.ScalarType type) => Array.Exists(Rows, row => row.Type == type);

    public static torch.ScalarType? OfStorage(string name) => Array.Find(Rows, row => row.Storage == name)?.Type;

    public static torch.ScalarType? OfName(string name) => Array.Find(Rows, row => row.Name == name)?.Type;

    public static torch.ScalarType? OfSafetensors(string name) => Array.Find(Rows, row => row.Safe == name)?.Type;

    /// <summary>The name in a safetensors file, or null where that format knows none.</summary>
    public static string? Safetensors(torch.ScalarType type) => Of(type).Safe;

    /// <summary>The order in which the safetensors library sorts its types, smallest first.</summary>
    public static int SafetensorsRank(torch.ScalarType type) => Of(type).Rank;

    public static string Storage(torch.ScalarType type) => Of(type).Storage;

    public static string Name(torch.ScalarType type) => Of(type).Name;

    public static int Size(torch.ScalarType type) => Of(type).Size;

    public static int Word(torch.ScalarType type) => Of(type).Word;

    public static bool IsFloating(torch.ScalarType type) =>
        type is torch.ScalarType.Float32 or torch.ScalarType.Float64 or torch.ScalarType.Float16 or torch.ScalarType.BFloat16;

    private static Row Of(torch.ScalarType type) => Array.Find(Rows, row => row.Type == type)
        ?? throw new ArgumentException($"A tensor of type {type} cannot be stored.", nameof(type));
}
