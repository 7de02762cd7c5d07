using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using TorchSharp;

namespace JustAlexNet.Weights.Archives;

/// <summary>Writes a <c>.safetensors</c> file byte for byte as the safetensors library does: widest types first, names in order, the header filled up to eight bytes.</summary>
internal static class SafetensorsWriter
{
    private const int Alignment = 8;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes tensors (<see cref="torch.Tensor"/> or <see cref="StoredTensor"/>) one by one from their native memory to the file.</summary>
    public static void Write(Stream file, IEnumerable<(string Name, object Tensor)> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var entries = tensors.Select(entry => new Entry(entry.Name, entry.Tensor, TypeOf(entry.Tensor), ShapeOf(entry.Tensor))).ToList();
        entries.Sort((a, b) => (ElementType.SafetensorsRank(b.Type) - ElementType.SafetensorsRank(a.Type)) is var order and not 0 ? order : CompareUtf8(a.Name, b.Name));
        var header = Header(entries, metadata);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        file.Write(length);
        file.Write(header);
        foreach (var entry in entries)
        {
            using var flat = TensorBytes.Flat(entry.Tensor);
            foreach (var piece in TensorBytes.Pieces(flat))
                using (piece) file.Write(piece.bytes);
        }
    }

    private static byte[] Header(List<Entry> entries, IReadOnlyDictionary<string, string> metadata)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes, Plain);
        json.WriteStartObject();
        if (metadata.Count > 0)
        {
            json.WriteStartObject(SafetensorsReader.MetadataName);
            foreach (var (name, text) in metadata) json.WriteString(name, text);
            json.WriteEndObject();
        }

        var position = 0L;
        foreach (var entry in entries)
        {
            json.WriteStartObject(entry.Name);
            json.WriteString("dtype", ElementType.Safetensors(entry.Type));
            json.WriteStartArray("shape");
            foreach (var size in entry.Shape) json.WriteNumberValue(size);
            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(position);
            position += entry.Shape.Aggregate((long)ElementType.Size(entry.Type), (product, size) => product * size);
            json.WriteNumberValue(position);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        var fill = (Alignment - bytes.WrittenCount % Alignment) % Alignment;
        return [.. bytes.WrittenSpan, .. Enumerable.Repeat((byte)' ', fill)];
    }

    private static torch.ScalarType TypeOf(object tensor) => tensor is StoredTensor stored ? stored.Type : ((torch.Tensor)tensor).dtype;

    private static IReadOnlyList<long> ShapeOf(object tensor) => tensor is StoredTensor stored ? stored.Shape : ((torch.Tensor)tensor).shape;

    // Rust compares texts by their UTF-8 bytes, which is the order of code points; .NET's ordinal order is that of UTF-16.
    private static int CompareUtf8(string a, string b) => System.Text.Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(b));

    private sealed record Entry(string Name, object Tensor, torch.ScalarType Type, IReadOnlyList<long> Shape);
}
