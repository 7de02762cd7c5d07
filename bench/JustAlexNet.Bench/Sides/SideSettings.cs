using System.Globalization;

namespace JustAlexNet.Bench.Sides;

/// <summary>The words <c>key=value</c> with which a side is started.</summary>
internal sealed class SideSettings(IEnumerable<string> words)
{
    private readonly Dictionary<string, string> values = words.Select(word => word.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    public string Text(string key) => values.TryGetValue(key, out var value) ? value : throw new ArgumentException($"a side was started without {key}=");

    public string TextOr(string key, string standard) => values.GetValueOrDefault(key, standard);

    public int Number(string key) => int.Parse(Text(key), CultureInfo.InvariantCulture);

    /// <summary>Null where the word is absent or <c>auto</c>.</summary>
    public int? NumberOrAuto(string key) => values.TryGetValue(key, out var value) && value != "auto" ? int.Parse(value, CultureInfo.InvariantCulture) : null;
}
