using System.Globalization;

namespace JustAlexNet.Imaging;

/// <summary>Numbers of things as people read them: <c>1 photo</c>, <c>1,234 photos</c>, <c>85 MiB</c>.</summary>
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

    /// <summary>Bytes in the largest of KiB, MiB and GiB of which there is a tenth, and below 1 KiB as they are: <c>12 bytes</c>, <c>3.5 KiB</c>, <c>3.1 MiB</c>, <c>85 MiB</c>, <c>0.2 GiB</c>.</summary>
    /// <param name="bytes">How many; 0 or more.</param>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1L << 10 => Of(bytes, "byte"),
        < 100L << 10 => Tenths(bytes, 10, "KiB"),
        < 10L << 20 => Tenths(bytes, 20, "MiB"),
        < 100L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0} MiB"),
        _ => Gibibytes(bytes),
    };

    /// <summary>Bytes in GiB, however few.</summary>
    /// <param name="bytes">How many; 0 or more.</param>
    public static string Gibibytes(long bytes) => Tenths(bytes, 30, "GiB");

    private static string Tenths(long bytes, int power, string unit) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << power):0.0} {unit}");

    private static string Many(string thing) => thing switch
    {
        [.., not ('a' or 'e' or 'i' or 'o' or 'u'), 'y'] => $"{thing[..^1]}ies",
        [.., 'o', 'c', 'h'] => $"{thing}s",        // epochs: it ends in a k
        [.., 's' or 'x'] or [.., 'c' or 's', 'h'] => $"{thing}es",
        _ => $"{thing}s",
    };
}
