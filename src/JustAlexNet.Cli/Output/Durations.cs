using System.Globalization;

namespace JustAlexNet.Cli.Output;

/// <summary>Times as people say them.</summary>
internal static class Durations
{
    /// <summary>1:47 or 2:03:09.</summary>
    public static string Clock(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Round(seconds));
        return time.TotalHours >= 1 ? FormattableString.Invariant($"{(int)time.TotalHours}:{time:mm\\:ss}") : FormattableString.Invariant($"{time.Minutes}:{time:ss}");
    }

    /// <summary>40 s, 12 min, 3 h 20 min.</summary>
    public static string Rough(double seconds) => seconds switch
    {
        < 90 => FormattableString.Invariant($"{seconds:0} s"),
        < 5400 => FormattableString.Invariant($"{seconds / 60:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 3600)} h {(int)(seconds / 60) % 60} min"),
    };
}
