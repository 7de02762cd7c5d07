using System.Collections;
using System.Globalization;

namespace JustAlexNet.Imaging;

/// <summary>Takes typed values out of stored entries and collects every fault, to report them together.</summary>
internal sealed class EntryReader(IReadOnlyDictionary<string, object?> entries)
{
    private readonly HashSet<string> asked = [];
    private readonly List<string> faults = [];

    /// <summary>One of a few words; null after a fault.</summary>
    public string? Choice(string key, params string[] choices)
    {
        var expected = string.Join(" or ", choices.Select(Show));
        if (!Take(key, expected, out var value)) return null;
        if (value is string text && choices.Contains(text)) return text;
        Fault(key, expected, value);
        return null;
    }

    /// <summary>A whole number of pixels, 1 or more.</summary>
    public int Side(string key)
    {
        const string Expected = "a whole number of pixels, 1 to 26754";
        if (!Take(key, Expected, out var value)) return 1;
        if (value is long or int && Convert.ToInt64(value, CultureInfo.InvariantCulture) is >= 1 and <= Preprocessing.LargestSide and var side) return (int)side;
        Fault(key, Expected, value);
        return 1;
    }

    /// <summary>True or false.</summary>
    public bool Truth(string key)
    {
        if (!Take(key, "true or false", out var value)) return false;
        if (value is bool truth) return truth;
        Fault(key, "true or false", value);
        return false;
    }

    /// <summary>The only value that this program knows how to follow.</summary>
    public void MustBe(string key, object only)
    {
        if (Take(key, Show(only), out var value) && !only.Equals(value)) Fault(key, Show(only), value);
    }

    /// <summary>Three finite numbers.</summary>
    public ChannelValues Channels(string key, bool positive)
    {
        var expected = positive ? "three numbers above 0" : "three numbers";
        if (!Take(key, expected, out var value)) return default;
        if (value is IEnumerable list and not string)
        {
            var numbers = list.Cast<object?>().Select(Number).ToArray();
            if (numbers is [{ } red, { } green, { } blue] && (!positive || Math.Min(red, Math.Min(green, blue)) > 0)) return new(red, green, blue);
        }
        Fault(key, expected, value);
        return default;
    }

    /// <summary>Reports keys that nobody asked for and throws if there was any fault.</summary>
    /// <param name="passOver">Keys that could not be judged because of another fault.</param>
    public void Finish(params string[] passOver)
    {
        foreach (var key in entries.Keys)
            if (!asked.Contains(key) && !passOver.Contains(key))
                faults.Add($"{key} is not known");
        if (faults.Count > 0) throw new PreprocessingException(faults);
    }

    private bool Take(string key, string expected, out object? value)
    {
        asked.Add(key);
        if (entries.TryGetValue(key, out value)) return true;
        faults.Add($"{key} is missing, expected {expected}");
        return false;
    }

    private void Fault(string key, string expected, object? value) => faults.Add($"{key} is {Show(value)}, expected {expected}");

    private static double? Number(object? value) => value is double or float or long or int && Convert.ToDouble(value, CultureInfo.InvariantCulture) is var number && double.IsFinite(number)
        ? number
        : null;

    private static string Show(object? value) => value switch
    {
        null => "nothing",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Show))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.GetType().Name,
    };
}
