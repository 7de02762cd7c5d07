using System.Globalization;

namespace JustAlexNet.Bench.Sides;

/// <summary>The words <c>key=value</c> with which a side is started.</summary>
internal sealed class SideSettings(IEnumerable<string> words)
{
    private readonly Dictionary<string, string> values = words.Select(word => word.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
    private readonly HashSet<string> asked = [];

    public string Text(string key) => Find(key) ?? throw new ArgumentException($"a side was started without {key}=");

    public string TextOr(string key, string standard) => Find(key) ?? standard;

    public int Number(string key) => int.Parse(Text(key), CultureInfo.InvariantCulture);

    /// <summary>Null where the word is absent or <c>auto</c>.</summary>
    public int? NumberOrAuto(string key) => Find(key) is { } value && value != "auto" ? int.Parse(value, CultureInfo.InvariantCulture) : null;

    /// <summary>Called when the side stands: what nobody asked for it would leave out in silence, as the bench of an older checkout does with settings that came later.</summary>
    /// <exception cref="CannotRunException">There is such a setting.</exception>
    public void RequireAllTaken()
    {
        if (values.Keys.FirstOrDefault(key => !asked.Contains(key)) is { } left) throw new CannotRunException($"it has no setting '{left}'");
    }

    private string? Find(string key)
    {
        asked.Add(key);
        return values.GetValueOrDefault(key);
    }
}
