using System.Globalization;

namespace JustAlexNet.Imaging;

/// <summary>Numbers of things as people read them: <c>1 photo</c>, <c>1,234 photos</c>.</summary>
public static class Counted
{
    /// <summary>The number with its thing, which takes an English plural unless the number is 1: <c>2 classes</c>, <c>0 entries</c>, <c>2 GPUs</c>. Thousands are set off by commas, whatever the language of the machine.</summary>
    /// <param name="count">How many.</param>
    /// <param name="thing">One of them, a regular word; of several words, the last one changes.</param>
    public static string Of(long count, string thing)
    {
        ArgumentException.ThrowIfNullOrEmpty(thing);
        return $"{count.ToString("N0", CultureInfo.InvariantCulture)} {(count == 1 ? thing : Many(thing))}";
    }

    private static string Many(string thing) => thing switch
    {
        [.., not ('a' or 'e' or 'i' or 'o' or 'u'), 'y'] => $"{thing[..^1]}ies",
        [.., 'o', 'c', 'h'] => $"{thing}s",        // epochs: it ends in a k
        [.., 's' or 'x'] or [.., 'c' or 's', 'h'] => $"{thing}es",
        _ => $"{thing}s",
    };
}
