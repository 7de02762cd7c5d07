using System.Buffers.Binary;
using System.Text.Json;
using TorchSharp;

namespace JustAlexNet.Weights.Archives;

/// <summary>Reads a <c>.safetensors</c> file: eight bytes of header length, a JSON header, the tensors' bytes one behind the other, little-endian.</summary>
/// <remarks>Source: the format of safetensors 0.4 and later; refuses what that library refuses: holes, overlaps, trailing bytes, a header above 100 MB, names set twice.</remarks>
internal static class SafetensorsReader
{
    public const long MaxHeader = 100_000_000;
    public const string MetadataName = "__metadata__";
    private const int LengthBytes = 8;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    /// <summary>The tensors in the order of their bytes, and the texts beside them. The tensors read from the file, which must then stay open.</summary>
    public static (PickleDictionary Tensors, IReadOnlyDictionary<string, string> Metadata) Read(FileStream file, FileFaults faults)
    {
        Span<byte> length = stackalloc byte[LengthBytes];
        file.ReadExactly(length);
        var size = BinaryPrimitives.ReadUInt64LittleEndian(length);
        if (size > MaxHeader) throw faults.Damaged($"its header claims {size:N0} bytes, expected at most {MaxHeader:N0}.");
        if ((long)size > file.Length - LengthBytes) throw faults.Damaged($"its header claims {size:N0} bytes of a file of {file.Length:N0}.");
        var header = new byte[(int)size];
        file.ReadExactly(header);
        try
        {
            using var json = JsonDocument.Parse(header, Strict);
            return Read(json.RootElement, file, LengthBytes + (long)size, faults);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)      // InvalidOperationException: a text that is not Unicode
        {
            throw faults.Damaged("its header is not the JSON that it should be.", e);
        }
    }

    private static (PickleDictionary, IReadOnlyDictionary<string, string>) Read(JsonElement header, FileStream file, long start, FileFaults faults)
    {
        if (header.ValueKind != JsonValueKind.Object) throw faults.Damaged("its header is not a JSON object.");
        var metadata = new OrderedDictionary<string, string>();
        var entries = new List<Entry>();
        foreach (var property in header.EnumerateObject())
        {
            if (property.Name == MetadataName) AddMetadata(property.Value, metadata, faults);
            else entries.Add(Parse(property.Name, property.Value, faults));
        }

        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        CheckPlaces(entries, file.Length - start, faults);
        var tensors = new PickleDictionary(isOrderedDict: true);
        var gate = new Lock();
        foreach (var entry in entries)
        {
            var storage = new TensorStorage(faults, bigEndian: false, () => new FileSlice(file, start + entry.Begin, entry.End - entry.Begin), gate);
            tensors[entry.Name] = StoredTensor.Make(storage, entry.Type, 0, (entry.End - entry.Begin) / ElementType.Size(entry.Type), entry.Shape, StoredTensor.ContiguousStrides(entry.Shape), 0, out var fault)
                ?? throw faults.Damaged($"its tensor '{FileFaults.Printable(entry.Name)}' is wrong: {fault}.");
        }

        return (tensors, metadata);
    }

    private static void AddMetadata(JsonElement value, OrderedDictionary<string, string> metadata, FileFaults faults)
    {
        if (value.ValueKind != JsonValueKind.Object) throw faults.Damaged("its metadata is not a JSON object.");
        foreach (var text in value.EnumerateObject())
            metadata[text.Name] = text.Value.ValueKind == JsonValueKind.String ? text.Value.GetString()! : throw faults.Damaged($"its metadata '{FileFaults.Printable(text.Name)}' is no text.");
    }

    private static Entry Parse(string name, JsonElement value, FileFaults faults)
    {
        var shown = FileFaults.Printable(name);
        if (value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() != 3 || !value.TryGetProperty("dtype", out var dtype) || !value.TryGetProperty("shape", out var shape)
            || !value.TryGetProperty("data_offsets", out var offsets) || dtype.ValueKind != JsonValueKind.String || Whole(shape) is not { } sizes || Whole(offsets) is not [var begin, var end])
            throw faults.Damaged($"its tensor '{shown}' is not described by dtype, shape and data_offsets.");
        var type = ElementType.OfSafetensors(dtype.GetString()!)
            ?? throw faults.Unreadable($"its tensor '{shown}' is of type {FileFaults.Printable(dtype.GetString()!)}, which is not supported.", "Convert it to float32 where it was made.");
        var count = sizes.Aggregate((Int128)1, (product, size) => Int128.Min(product * size, long.MaxValue));
        if (end < begin || count * ElementType.Size(type) != end - begin)
            throw faults.Damaged($"its tensor '{shown}' has bytes {begin:N0} to {end:N0}, which is not its shape times {ElementType.Size(type)}.");
        return new Entry(name, type, sizes, begin, end);
    }

    private static long[]? Whole(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > 1 << 10) return null;
        var numbers = new long[list.GetArrayLength()];
        for (var i = 0; i < numbers.Length; i++)
            if (list[i].ValueKind != JsonValueKind.Number || !list[i].TryGetInt64(out numbers[i]) || numbers[i] < 0) return null;
        return numbers;
    }

    private static void CheckPlaces(List<Entry> entries, long bytes, FileFaults faults)
    {
        var position = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != position)
                throw faults.Damaged($"its tensor '{FileFaults.Printable(entry.Name)}' begins at byte {entry.Begin:N0}, expected {position:N0}: tensors overlap or leave a hole.");
            position = entry.End;
        }

        if (position != bytes) throw faults.Damaged($"its tensors take {position:N0} bytes, {bytes:N0} follow the header.");
    }

    private sealed record Entry(string Name, torch.ScalarType Type, long[] Shape, long Begin, long End);
}
