using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace JustAlexNet.Inference;

/// <summary>How a <see cref="DataRecord"/> stands in the metadata of an .onnx file: the entries that it has in a checkpoint, as JSON.</summary>
internal static class DataRecordText
{
    private const string Fingerprint = "fingerprint", SplitOff = "validation_was_split_off", Training = "train_ids", Validation = "val_ids";

    public static string Of(DataRecord record) => new JsonObject
    {
        [Fingerprint] = record.Fingerprint, [SplitOff] = record.ValidationWasSplitOff, [Training] = PictureIds.Packed(record.Training), [Validation] = PictureIds.Packed(record.Validation),
    }.ToJsonString();

    /// <exception cref="PredictionException">It is no such text.</exception>
    public static DataRecord Read(string text, string path)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var root = json.RootElement;
            if (Ids(Training) is { } training && Ids(Validation) is { } validation) return new(root.GetProperty(Fingerprint).GetString()!, training, validation, root.GetProperty(SplitOff).GetBoolean());

            long[]? Ids(string key) => PictureIds.Unpacked(root.GetProperty(key).GetString() ?? "");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw Unusable(e);
        }
        throw Unusable(null);

        PredictionException Unusable(Exception? cause) => new($"{path} does not say in a way that can be used what it was trained on: '{Onnx.OnnxMetadata.DataKey}' in its metadata is no record of pictures.\nWrite the file again with justalexnet export.", cause);
    }
}

/// <summary>Identities of pictures as a text: 8 bytes each in Base64, a string that every reader takes in one piece.</summary>
internal static class PictureIds
{
    public static string Packed(IReadOnlyList<long> ids)
    {
        var bytes = new byte[ids.Count * sizeof(long)];
        for (var i = 0; i < ids.Count; i++) BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), ids[i]);
        return Convert.ToBase64String(bytes);
    }

    /// <summary>Null for another text.</summary>
    public static long[]? Unpacked(string text)
    {
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length) || length % sizeof(long) != 0) return null;
        return [.. Enumerable.Range(0, length / sizeof(long)).Select(i => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(i * sizeof(long))))];
    }
}
