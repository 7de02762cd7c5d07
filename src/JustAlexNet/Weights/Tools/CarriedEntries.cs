using System.Text.Encodings.Web;
using System.Text.Json;

namespace JustAlexNet.Weights;

/// <summary>What a .safetensors file made of a checkpoint of ours keeps beside the tensors, as JSON in its metadata: enough to predict with it.</summary>
internal static class CarriedEntries
{
    private const string Prefix = "justalexnet.";
    private const string Ours = "justalexnet";

    private const string Optional = "display_names";

    private static readonly string[] Keys = ["arch", "class_to_idx", "preprocessing", Optional];
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The metadata for a file's weights; that of other files than ours says only that it came from PyTorch.</summary>
    public static IReadOnlyDictionary<string, string> ToMetadata(object? root)
    {
        var metadata = new OrderedDictionary<string, string> { ["format"] = "pt" };
        foreach (var key in Carried(root)) metadata[Prefix + key] = Json(((PickleDictionary)root!)[key]);
        return metadata;
    }

    /// <summary>The keys of a file's value that its metadata will hold.</summary>
    public static IEnumerable<string> Carried(object? root) =>
        root is PickleDictionary dictionary && dictionary.TryGetValue("format", out var format) && format is Ours ? Keys.Where(key => dictionary.TryGetValue(key, out _)) : [];

    /// <summary>The entries that <see cref="ToMetadata"/> wrote; null where one is missing.</summary>
    /// <exception cref="WeightsException">One is no JSON.</exception>
    public static PickleDictionary? FromMetadata(IReadOnlyDictionary<string, string> metadata, string source)
    {
        var entries = new PickleDictionary();
        foreach (var key in Keys)
        {
            if (!metadata.TryGetValue(Prefix + key, out var text))
            {
                if (key == Optional) continue;
                return null;
            }
            try
            {
                using var json = JsonDocument.Parse(text);
                entries[key] = Value(json.RootElement);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)      // InvalidOperationException: a text that is not Unicode
            {
                throw new WeightsException($"the metadata '{Prefix}{key}' of {source} is not the JSON that it should be.\n  Convert the checkpoint again: justalexnet weights convert.", e) { Path = source };
            }
        }

        return entries;
    }

    private static string Json(object? value)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Plain)) Write(json, value);
        return System.Text.Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case string text: json.WriteStringValue(text); break;
            case bool truth: json.WriteBooleanValue(truth); break;
            case long integer: json.WriteNumberValue(integer); break;
            case double number: json.WriteNumberValue(number); break;
            case PickleDictionary dictionary:
                json.WriteStartObject();
                foreach (var (key, inner) in dictionary)
                {
                    json.WritePropertyName($"{key}");
                    Write(json, inner);
                }
                json.WriteEndObject();
                break;
            case IReadOnlyList<object?> list:
                json.WriteStartArray();
                foreach (var inner in list) Write(json, inner);
                json.WriteEndArray();
                break;
            default: json.WriteNullValue(); break;
        }
    }

    private static object? Value(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.String: return json.GetString();
            case JsonValueKind.True: return true;
            case JsonValueKind.False: return false;
            case JsonValueKind.Number: return json.TryGetInt64(out var integer) ? (object)integer : json.GetDouble();
            case JsonValueKind.Array: return json.EnumerateArray().Select(Value).ToList();
            case JsonValueKind.Object:
                var dictionary = new PickleDictionary();
                foreach (var property in json.EnumerateObject()) dictionary[property.Name] = Value(property.Value);
                return dictionary;
            default: return null;
        }
    }
}
