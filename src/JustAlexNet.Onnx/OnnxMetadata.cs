using System.Text.Json;
using JustAlexNet.Imaging;

namespace JustAlexNet.Onnx;

/// <summary>What an .onnx file of ours says about itself: how its pictures are prepared and what its classes are called.</summary>
public static class OnnxMetadata
{
    /// <summary>The key of <see cref="Preprocessing.ToDictionary"/>, as JSON.</summary>
    public const string PreprocessingKey = "preprocessing";

    /// <summary>The key of the class names in the order of the logits, as a JSON list.</summary>
    public const string ClassesKey = "classes";

    /// <summary>The key of what classes are called for people, by class name, as a JSON object of texts.</summary>
    public const string DisplayNamesKey = "display_names";

    /// <summary>The key of the network's name, such as <c>resnet18</c>.</summary>
    public const string NetworkKey = "network";

    /// <summary>The key of what the weights of convolutions are stored in: <c>fp32</c> or <c>int8</c>.</summary>
    public const string PrecisionKey = "precision";

    /// <summary>The key of what the picture input takes, in words.</summary>
    public const string InputKey = "input";

    /// <summary>The key of the recipe of the run, a JSON object by the settings' names.</summary>
    public const string RecipeKey = "recipe";

    /// <summary>The key of the record of what the run was trained on, as JSON.</summary>
    public const string DataKey = "data";

    /// <summary>The key of how the ranges of an int8 network were found, as JSON.</summary>
    public const string CalibrationKey = "calibration";

    /// <summary>The key of the terms under which the weights may be used: ONNX's own.</summary>
    public const string LicenceKey = "model_license";

    /// <summary>The key of the SHA-256 of the file that the weights were in.</summary>
    public const string WeightsKey = "weights_sha256";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>How pictures are prepared; null where the file does not say.</summary>
    /// <exception cref="OnnxException">What it says cannot be used.</exception>
    public static Preprocessing? Preprocessing(OnnxNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (!network.Metadata.TryGetValue(PreprocessingKey, out var text)) return null;
        try
        {
            using var json = JsonDocument.Parse(text, Strict);
            return Imaging.Preprocessing.FromDictionary(json.RootElement.EnumerateObject().ToDictionary(entry => entry.Name, entry => Plain(entry.Value)));
        }
        catch (Exception e) when (e is JsonException or PreprocessingException or InvalidOperationException)
        {
            throw new OnnxException($"{network.Path} does not say in a way that can be used how its pictures are prepared: {e.Message.Split('\n')[0]}\nPass `preprocessing` and `image_size`.", e);
        }
    }

    /// <summary>Class names in the order of the logits; null where the file does not say.</summary>
    /// <exception cref="OnnxException">What it says is no list of names.</exception>
    public static IReadOnlyList<string>? Classes(OnnxNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (!network.Metadata.TryGetValue(ClassesKey, out var text)) return null;
        try
        {
            if (JsonSerializer.Deserialize<string?[]>(text) is { } names && !names.Contains(null)) return names!;
        }
        catch (JsonException e)
        {
            throw Unusable(e);
        }
        throw Unusable(null);

        OnnxException Unusable(Exception? cause) => new($"{network.Path} does not name its classes in a way that can be used: '{ClassesKey}' in its metadata is no JSON list of texts.\nWrite the file again with justalexnet export or transfer.", cause);
    }

    /// <summary>What classes are called for people, by class name; empty where the file does not say.</summary>
    /// <exception cref="OnnxException">What it says is no map of texts.</exception>
    public static IReadOnlyDictionary<string, string> DisplayNames(OnnxNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (!network.Metadata.TryGetValue(DisplayNamesKey, out var text)) return new Dictionary<string, string>();
        try
        {
            if (JsonSerializer.Deserialize<Dictionary<string, string?>>(text) is { } names && !names.ContainsValue(null)) return names!;
        }
        catch (JsonException e)
        {
            throw Unusable(e);
        }
        throw Unusable(null);

        OnnxException Unusable(Exception? cause) => new($"{network.Path} does not say in a way that can be used what its classes are called: '{DisplayNamesKey}' in its metadata is no JSON object of texts.\nWrite the file again with justalexnet export or transfer.", cause);
    }

    /// <summary>The recipe of the run that it was trained by, a JSON object; null where the file does not say.</summary>
    /// <exception cref="OnnxException">What it says is none.</exception>
    internal static string? Recipe(OnnxNetwork network)
    {
        if (!network.Metadata.TryGetValue(RecipeKey, out var text)) return null;
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind == JsonValueKind.Object) return text;
        }
        catch (JsonException e)
        {
            throw Unusable(e);
        }
        throw Unusable(null);

        OnnxException Unusable(Exception? cause) => new($"{network.Path} does not say in a way that can be used how it was trained: '{RecipeKey}' in its metadata is no JSON object.\nWrite the file again with justalexnet export or transfer.", cause);
    }

    private static object? Plain(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? (object)whole : value.GetDouble(),
        JsonValueKind.Array => value.EnumerateArray().Select(Plain).ToList(),
        _ => null,
    };
}
