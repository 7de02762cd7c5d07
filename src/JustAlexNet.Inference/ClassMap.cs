using System.Globalization;
using System.Text.Json;
using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>Reads the names of classes from a file.</summary>
public static class ClassMap
{
    /// <summary>Class names in the order of the logits.</summary>
    /// <param name="path">
    /// JSON: <c>{name: index}</c> (class_to_idx.json), <c>{index: name}</c>, or ImageNet's <c>{index: [wnid, name]}</c>; anything else is a text file with a name a line.
    /// </param>
    /// <exception cref="PredictionException">It cannot be read, has another form, or its indices are not 0, 1, 2... each once.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PredictionException($"the class map {path} cannot be read: {ReadFault.Reason(e, path)}\nName a file such as checkpoints/class_to_idx.json.", e);
        }
        return text.AsSpan().TrimStart() is ['{' or '[', ..] ? FromJson(text, path) : FromLines(text, path);
    }

    private static List<string> FromLines(string text, string path)
    {
        var names = text.Split('\n').Select(line => line.Trim()).ToList();
        while (names.Count > 0 && names[^1].Length == 0) names.RemoveAt(names.Count - 1);
        if (names.IndexOf("") is var empty and >= 0) throw Bad(path, $"line {empty + 1} is empty, expected a class name a line");
        return names.Count > 0 ? names : throw Bad(path, "it is empty, expected a class name a line");
    }

    private static string[] FromJson(string text, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind == JsonValueKind.Array) return [.. document.RootElement.EnumerateArray().Select((v, i) => Text(v, $"entry {i}", path))];
            return Ordered([.. document.RootElement.EnumerateObject().Select(entry => Entry(entry, path))], path);
        }
        catch (JsonException e)
        {
            throw Bad(path, $"line {e.LineNumber + 1} is not JSON", e);
        }
        catch (InvalidOperationException e)     // half a surrogate pair, escaped: JSON, but no text
        {
            throw Bad(path, "it holds a text that is not Unicode", e);
        }
    }

    private static (long Index, string Name) Entry(JsonProperty entry, string path)
    {
        if (entry.Value.ValueKind == JsonValueKind.Number && entry.Value.TryGetInt64(out var value)) return (value, entry.Name);
        if (!long.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            throw Bad(path, $"'{entry.Name}': {Short(entry.Value)} is neither name: index nor index: name");
        return entry.Value.ValueKind == JsonValueKind.Array && entry.Value.GetArrayLength() == 2
            ? (index, Text(entry.Value[1], $"entry {index}", path))
            : (index, Text(entry.Value, $"entry {index}", path));
    }

    private static string[] Ordered(List<(long Index, string Name)> entries, string path)
    {
        var names = new string?[entries.Count];
        foreach (var (index, name) in entries)
        {
            if (index < 0 || index >= names.Length) throw Bad(path, $"'{name}' has the index {index}, expected 0 to {names.Length - 1} for {Counted.Of(names.Length, "class")}");
            if (names[index] is { } other) throw Bad(path, $"'{other}' and '{name}' share the index {index}");
            names[index] = name;
        }
        return names.Length > 0 ? [.. names.Select(name => name!)] : throw Bad(path, "it names no class");
    }

    private static string Text(JsonElement value, string what, string path) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Bad(path, $"{what} is {Short(value)}, expected a class name");

    private static string Short(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "{...}",
        JsonValueKind.Array => "[...]",
        _ => value.GetRawText() is { Length: > 60 } text ? text[..60] + "..." : value.GetRawText(),
    };

    private static PredictionException Bad(string path, string why, Exception? cause = null) =>
        new($"{path} is no class map: {why}.\nExpected {{\"name\": index}}, {{\"index\": \"name\"}}, {{\"index\": [wnid, name]}} or a text file with a name a line.", cause);
}
