using System.Collections;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Weights;

namespace JustAlexNet.Training;

/// <summary>Between the parts of a checkpoint and the plain values of a pickle.</summary>
internal static class CheckpointEntries
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static PickleDictionary ClassToIndex(IReadOnlyList<string> classes)
    {
        var map = new PickleDictionary();
        for (var i = 0; i < classes.Count; i++) map[classes[i]] = (long)i;
        return map;
    }

    public static IReadOnlyList<string> Classes(PickleDictionary map, string source)
    {
        var names = new string?[map.Count];
        foreach (var (key, value) in map)
        {
            if (key is not string name || value is not long index || index < 0 || index >= names.Length || names[index] is not null)
                throw new WeightsException($"class_to_idx of {source} is not a map of names to 0..{names.Length - 1}: '{key}' has {value}.") { Path = source };
            names[index] = name;
        }
        return names!;
    }

    public const string DisplayNamesKey = "display_names";

    /// <summary>Empty where there are none.</summary>
    public static IReadOnlyDictionary<string, string> DisplayNames(PickleDictionary? root, string source)
    {
        if (root is null || !root.TryGetValue(DisplayNamesKey, out var stored)) return new Dictionary<string, string>();
        if (stored is PickleDictionary names && names.All(entry => entry.Key is string && entry.Value is string)) return names.ToDictionary(entry => (string)entry.Key!, entry => (string)entry.Value!);
        throw new WeightsException($"{DisplayNamesKey} of {source} is not a map of texts to texts.\n  The checkpoint was changed by another program; use one that justalexnet wrote.") { Path = source };
    }

    public static PickleDictionary ToPickle(EpochRecord record) => new()
    {
        { "epoch", (long)record.Epoch }, { "lr", record.LearningRate },
        { "train_loss", record.TrainLoss }, { "train_top1", record.TrainTop1 }, { "train_topk", record.TrainTopK },
        { "val_loss", record.ValLoss }, { "val_top1", record.ValTop1 }, { "val_topk", record.ValTopK },
        { "seconds", record.Seconds }, { "photos_per_second", record.PhotosPerSecond }, { "image_size", (long)record.ImageSize },
    };

    public static PickleDictionary ToPickle(TrainingPosition position, EpochSums sums) => new()
    {
        { "epoch", (long)position.Epoch }, { "step", (long)position.Step }, { "images", sums.Images },
        { "loss_sum", sums.Loss }, { "top1_hits", sums.Top1 }, { "topk_hits", sums.TopK },
    };

    public static (TrainingPosition Position, EpochSums Sums) PositionAndSums(PickleDictionary stored, string source) => (
        new((int)stored.Require<long>("epoch", source), (int)stored.Require<long>("step", source)),
        new(stored.Require<long>("images", source), stored.Require<double>("loss_sum", source), stored.Require<long>("top1_hits", source), stored.Require<long>("topk_hits", source)));

    /// <summary>Of the best epoch: what the network was worth before its first one, as long as no epoch has passed it.</summary>
    public static EpochRecord? Before(object? best, string source) => best is PickleDictionary stored && Epoch(stored, source) is { Epoch: 0 } before ? before : null;

    public static IReadOnlyList<EpochRecord> History(object? rows, string source) =>
        [.. (rows as List<object?> ?? throw new WeightsException($"The history in {source} is no list.") { Path = source }).Select(row => row is PickleDictionary r ? Epoch(r, source) : throw new WeightsException($"The history in {source} holds something that is no epoch.") { Path = source })];

    public static EpochRecord Epoch(PickleDictionary stored, string source) => new(
        (int)stored.Require<long>("epoch", source), stored.Require<double>("lr", source),
        stored.Require<double>("train_loss", source), stored.Require<double>("train_top1", source), stored.Require<double>("train_topk", source),
        stored.Require<double>("val_loss", source), stored.Require<double>("val_top1", source), stored.Require<double>("val_topk", source),
        stored.Require<double>("seconds", source), stored.Require<double>("photos_per_second", source), stored.TryGetValue("image_size", out _) ? (int)stored.Require<long>("image_size", source) : 0);

    public static Preprocessing ToPreprocessing(PickleDictionary stored, string source)
    {
        try
        {
            return Preprocessing.FromDictionary(stored.ToDictionary(e => $"{e.Key}", e => Plain(e.Value)));
        }
        catch (PreprocessingException e)
        {
            throw new WeightsException($"{source} does not say how its pictures were prepared: {e.Message}", e) { Path = source };
        }
    }

    /// <summary>Strings, numbers, truth values, lists and dictionaries of them.</summary>
    public static PickleDictionary ToPickle(IReadOnlyDictionary<string, object> values)
    {
        var pickle = new PickleDictionary();
        foreach (var (key, value) in values) pickle[key] = ToPickle(value);
        return pickle;
    }

    private static object? ToPickle(object? value) => value switch
    {
        null or string or bool or long or double => value,
        int number => (long)number,
        IReadOnlyDictionary<string, object> nested => ToPickle(nested),
        IEnumerable list => list.Cast<object?>().Select(ToPickle).ToList(),
        _ => throw new ArgumentException($"a checkpoint cannot hold a {value.GetType().Name}", nameof(value)),
    };

    /// <summary>A recorded recipe as JSON.</summary>
    public static string ToJson(IReadOnlyDictionary<string, object?> options) => JsonSerializer.Serialize(options.ToDictionary(entry => entry.Key, entry => Plain(entry.Value)), Json);

    private static object? Plain(object? value) => value switch
    {
        PickleDictionary nested => nested.ToDictionary(e => $"{e.Key}", e => Plain(e.Value)),
        IReadOnlyList<object?> list => list.Select(Plain).ToList(),
        _ => value,
    };
}

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
            { "train_ids", PictureIds.Packed(record.Training) },
            { "val_ids", PictureIds.Packed(record.Validation) },
        };

        public static DataRecord Read(PickleDictionary stored, string source) => new(
            stored.Require<string>("fingerprint", source),
            Unpacked(stored, "train_ids", source), Unpacked(stored, "val_ids", source),
            stored.Require<bool>("validation_was_split_off", source));
    }

    private static long[] Unpacked(PickleDictionary stored, string key, string source) => PictureIds.Unpacked(stored.Require<string>(key, source))
        ?? throw new WeightsException($"'{key}' of {source} is not a list of pictures (Base64 of 8 bytes each).\nThe checkpoint was changed by another program; use one that justalexnet wrote.") { Path = source };
}
