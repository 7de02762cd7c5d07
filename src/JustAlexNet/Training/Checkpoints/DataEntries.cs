using System.Buffers.Binary;
using JustAlexNet.Inference;
using JustAlexNet.Weights;

namespace JustAlexNet.Training;

/// <summary>How a <see cref="DataRecord"/> stands in a checkpoint.</summary>
internal static class DataEntries
{
    extension(DataRecord record)
    {
        public PickleDictionary ToPickle() => new()
        {
            { "fingerprint", record.Fingerprint },
            { "train_images", (long)record.TrainingCount },
            { "val_images", (long)record.ValidationCount },
            { "validation_was_split_off", record.ValidationWasSplitOff },
            { "train_ids", Packed(record.Training) },
            { "val_ids", Packed(record.Validation) },
        };

        public static DataRecord Read(PickleDictionary stored, string source) => new(
            stored.Require<string>("fingerprint", source),
            Unpacked(stored, "train_ids", source), Unpacked(stored, "val_ids", source),
            stored.Require<bool>("validation_was_split_off", source));
    }

    // 8 bytes a picture in Base64: a string that torch.load reads anywhere, in one piece.
    private static string Packed(IReadOnlyList<long> ids)
    {
        var bytes = new byte[ids.Count * sizeof(long)];
        for (var i = 0; i < ids.Count; i++) BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), ids[i]);
        return Convert.ToBase64String(bytes);
    }

    private static long[] Unpacked(PickleDictionary stored, string key, string source)
    {
        var text = stored.Require<string>(key, source);
        var bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out var length) || length % sizeof(long) != 0)
            throw new WeightsException($"'{key}' of {source} is not a list of pictures (Base64 of 8 bytes each).\nThe checkpoint was changed by another program; use one that justalexnet wrote.") { Path = source };
        return [.. Enumerable.Range(0, length / sizeof(long)).Select(i => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(i * sizeof(long))))];
    }
}
