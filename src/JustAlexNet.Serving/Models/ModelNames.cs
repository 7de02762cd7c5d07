using System.Globalization;
using System.Text.RegularExpressions;

namespace JustAlexNet.Serving;

/// <summary>What models and their versions may be called. Names of requests are looked up and never become part of a path.</summary>
internal static partial class ModelNames
{
    public const string Expected = "1 to 64 letters, digits, '_', '-' and '.', the first no '.'";

    public static bool IsName(string text) => Name().IsMatch(text);

    public static bool IsVersion(string text) => Version().IsMatch(text);

    [GeneratedRegex(@"\A[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[0-9]{1,18}\z")]
    private static partial Regex Version();
}

/// <summary>Versions by their number, then, as 1 and 01 are two, by their text.</summary>
internal sealed class VersionOrder : IComparer<string>
{
    public static VersionOrder Instance { get; } = new();

    public int Compare(string? x, string? y) => Number(x!).CompareTo(Number(y!)) is var order and not 0 ? order : string.CompareOrdinal(x, y);

    private static long Number(string version) => long.Parse(version, NumberStyles.None, CultureInfo.InvariantCulture);
}
