using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using JustAlexNet.Data;
using JustAlexNet.Weights;

namespace JustAlexNet.Training;

/// <summary>What a run was trained on: enough to know the same pictures again, in whatever folder they stand later.</summary>
public sealed class DataRecord
{
    private readonly long[] training, validation;

    private DataRecord(string fingerprint, long[] training, long[] validation, bool validationWasSplitOff)
        => (Fingerprint, this.training, this.validation, ValidationWasSplitOff) = (fingerprint, training, validation, validationWasSplitOff);

    /// <summary>The data set's <see cref="ImageFolder.Fingerprint"/>.</summary>
    public string Fingerprint { get; }

    /// <summary>Whether the validation part was taken from one folder of classes, so that only this record knows it.</summary>
    public bool ValidationWasSplitOff { get; }

    /// <summary>Number of training pictures.</summary>
    public int TrainingCount => training.Length;

    /// <summary>Number of validation pictures.</summary>
    public int ValidationCount => validation.Length;

    /// <summary>Describes the data of a run.</summary>
    public static DataRecord Of(ImageFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new DataRecord(
            folder.Fingerprint(),
            [.. folder.Training.Select(sample => Identity(sample, folder.Classes))], [.. folder.Validation.Select(sample => Identity(sample, folder.Classes))],
            folder.ValidationOrigin is ValidationSplit);
    }

    /// <summary>Describes the data of a run that learns from every picture, those of a validation part too.</summary>
    internal static DataRecord OfAll(ImageFolder folder) =>
        new(folder.Fingerprint(), [.. folder.Training.Concat(folder.Validation).Select(sample => Identity(sample, folder.Classes))], [], validationWasSplitOff: false);

    /// <summary>The pictures of these that stood in the recorded validation part, by class, file name and size.</summary>
    public IReadOnlyList<Sample> ValidationAmong(IEnumerable<Sample> samples, IReadOnlyList<string> classes) => Among(samples, classes, validation);

    /// <summary>The pictures of these that the run was trained on, by class, file name and size.</summary>
    public IReadOnlyList<Sample> TrainingAmong(IEnumerable<Sample> samples, IReadOnlyList<string> classes) => Among(samples, classes, training);

    internal PickleDictionary ToPickle() => new()
    {
        { "fingerprint", Fingerprint },
        { "train_images", (long)training.Length },
        { "val_images", (long)validation.Length },
        { "validation_was_split_off", ValidationWasSplitOff },
        { "train_ids", Packed(training) },
        { "val_ids", Packed(validation) },
    };

    internal static DataRecord Read(PickleDictionary stored, string source) => new(
        stored.Require<string>("fingerprint", source),
        Unpacked(stored, "train_ids", source), Unpacked(stored, "val_ids", source),
        stored.Require<bool>("validation_was_split_off", source));

    private static List<Sample> Among(IEnumerable<Sample> samples, IReadOnlyList<string> classes, long[] ids)
    {
        var known = ids.ToHashSet();
        return [.. samples.Where(sample => known.Contains(Identity(sample, classes)))];
    }

    private static long Identity(Sample sample, IReadOnlyList<string> classes) =>
        (long)XxHash64.HashToUInt64(Encoding.UTF8.GetBytes($"{classes[sample.Label]}\t{Path.GetFileName(sample.Path)}\t{FileLength.Of(sample.Path)}"));

    // 8 bytes a picture in Base64: a string that torch.load reads anywhere, in one piece.
    private static string Packed(long[] ids)
    {
        var bytes = new byte[ids.Length * sizeof(long)];
        for (var i = 0; i < ids.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * sizeof(long)), ids[i]);
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
