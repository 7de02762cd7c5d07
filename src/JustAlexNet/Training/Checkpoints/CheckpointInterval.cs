using System.Globalization;
using JustAlexNet.Settings;

namespace JustAlexNet.Training;

/// <summary>How often a run is saved while it learns: every so much time, so many steps, so many epochs; of several, whichever comes first. Immutable, thread-safe.</summary>
/// <remarks>Written <c>10m,1epoch</c> (the default): 10 minutes within an epoch, and at the end of every one. A best epoch and the end of a run are saved besides, whatever it says.</remarks>
public sealed record CheckpointInterval
{
    /// <summary>Time since the last checkpoint, looked at between steps; null: never by time.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Updates of the weights, 1 or more, counted from the beginning of the run; null: never by steps.</summary>
    public int? Steps { get; init; }

    /// <summary>Epochs, 1 or more, counted likewise; null: never by epochs.</summary>
    public int? Epochs { get; init; }

    /// <summary>Every ten minutes and at the end of every epoch.</summary>
    public static CheckpointInterval Standard { get; } = new() { Time = TimeSpan.FromMinutes(10), Epochs = 1 };

    /// <summary>As it is written on a line, such as <c>90s,500steps,2epochs</c>.</summary>
    public override string ToString()
    {
        string?[] parts = [Time is { } time ? Written(time) : null, Steps is { } steps ? Count(steps, "step") : null, Epochs is { } epochs ? Count(epochs, "epoch") : null];
        return string.Join(',', parts.OfType<string>());
    }

    private static string Written(TimeSpan time)
    {
        var (seconds, unit) = ((long)time.TotalSeconds, CheckpointIntervalKind.Units.Last(unit => (long)time.TotalSeconds % unit.Seconds == 0));
        return string.Create(CultureInfo.InvariantCulture, $"{seconds / unit.Seconds}{unit.Name}");
    }

    private static string Count(int number, string what) => string.Create(CultureInfo.InvariantCulture, $"{number}{what}{(number == 1 ? "" : "s")}");
}

/// <summary>One to three of a time, steps and epochs, with commas between them.</summary>
internal sealed class CheckpointIntervalKind : ValueKind<CheckpointInterval>
{
    // As it is read it is kept below a hundred years.
    private const int Largest = 1_000_000;

    /// <summary>From small to large.</summary>
    public static IReadOnlyList<(string Name, int Seconds)> Units { get; } = [("s", 1), ("m", 60), ("h", 3600)];

    internal override string Expected => "a time, steps or epochs, or several with commas, each at most once: 10m, 500steps, 1epoch";

    internal override string Names(string? unit) => unit ?? "10m|500steps|1epoch,...";

    internal override string Write(CheckpointInterval value) => value.ToString();

    internal override object ToPlain(CheckpointInterval value) => value.ToString();

    internal override bool Allows(CheckpointInterval value) =>
        value is not { Time: null, Steps: null, Epochs: null } && (value.Time is null || value.Time >= TimeSpan.FromSeconds(1)) && value.Steps is null or > 0 && value.Epochs is null or > 0;

    internal override bool TryRead(object? plain, out CheckpointInterval value)
    {
        value = CheckpointInterval.Standard;
        return plain is string text && TryParse(text, out value);
    }

    internal override bool TryParse(string text, out CheckpointInterval value)
    {
        value = new();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var digits = part.TakeWhile(char.IsAsciiDigit).Count();
            if (!int.TryParse(part.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > Largest) return false;
            if (With(value, number, part[digits..].TrimStart()) is not { } more) return false;
            value = more;
        }
        return true;
    }

    // Null: no such unit, or there is one already.
    private static CheckpointInterval? With(CheckpointInterval value, int number, string unit) => unit switch
    {
        "step" or "steps" => value.Steps is null ? value with { Steps = number } : null,
        "epoch" or "epochs" => value.Epochs is null ? value with { Epochs = number } : null,
        _ => value.Time is null && Units.FirstOrDefault(known => known.Name == unit) is { Seconds: > 0 } known ? value with { Time = TimeSpan.FromSeconds((long)number * known.Seconds) } : null,
    };
}
