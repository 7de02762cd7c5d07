using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace JustAlexNet.Serving.Http;

/// <summary>An answer of the Open Inference Protocol.</summary>
internal static class InferResponse
{
    /// <summary>Writes an answer: its JSON, and behind it what is wanted in binary form.</summary>
    public static (ReadOnlyMemory<byte> Json, IReadOnlyList<ReadOnlyMemory<byte>> Blobs) Of(InferRequest request, ServedModel model, Logits logits)
    {
        var blobs = new List<ReadOnlyMemory<byte>>();
        var text = Json.Of(json =>
        {
            json.WriteStartObject();
            json.WriteString("model_name", model.Name);
            json.WriteString("model_version", model.Version);
            if (request.Id is not null) json.WriteString("id", request.Id);
            json.WriteStartArray("outputs");
            foreach (var output in request.Outputs) Write(json, output, model, logits, blobs);
            json.WriteEndArray();
            json.WriteEndObject();
        });
        return (text, blobs);
    }

    private static void Write(Utf8JsonWriter json, RequestedOutput output, ServedModel model, Logits logits, List<ReadOnlyMemory<byte>> blobs)
    {
        var classes = output.Classes > 0 ? Classes(logits, output.Classes) : null;
        json.WriteStartObject();
        json.WriteString("name", model.OutputName);
        json.WriteString("datatype", classes is null ? "FP32" : "BYTES");
        json.WriteNumbers("shape", logits.Count, classes is null ? logits.Classes : classes.Length / logits.Count);
        if (output.IsBinary)
        {
            var blob = classes is null ? MemoryMarshal.AsBytes(logits.Values.Span).ToArray() : Framed(classes);
            blobs.Add(blob);
            json.WriteStartObject("parameters");
            json.WriteNumber("binary_data_size", blob.Length);
            json.WriteEndObject();
        }
        else
        {
            json.WriteStartArray("data");
            if (classes is not null) foreach (var text in classes) json.WriteStringValue(text);
            else foreach (var value in logits.Values.Span) json.WriteNumberValue(value);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    /// <summary>The best k of each picture as value:index:label, as the classification extension has it.</summary>
    public static string[] Classes(Logits logits, int k) =>
        [.. Enumerable.Range(0, logits.Count).SelectMany(picture => logits.Best(picture, k).Select(best => string.Create(CultureInfo.InvariantCulture, $"{logits.Row(picture)[best.Index]}:{best.Index}:{best.Class}")))];

    /// <summary>A BYTES tensor in binary form: each element behind its length, 4 bytes, little-endian.</summary>
    public static byte[] Framed(string[] texts)
    {
        using var bytes = new MemoryStream();
        Span<byte> length = stackalloc byte[sizeof(uint)];
        foreach (var text in texts.Select(Encoding.UTF8.GetBytes))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)text.Length);
            bytes.Write(length);
            bytes.Write(text);
        }
        return bytes.ToArray();
    }
}
