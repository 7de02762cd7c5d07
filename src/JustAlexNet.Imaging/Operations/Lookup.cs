namespace JustAlexNet.Imaging.Operations;

/// <summary>Replaces every value of a picture by that of a table. In place; thread-safe.</summary>
internal static class Lookup
{
    public const int Levels = 256;

    /// <summary>One table for all channels.</summary>
    public static void Apply(Span<byte> pixels, ReadOnlySpan<byte> table)
    {
        var all = table[..Levels];
        foreach (ref var value in pixels) value = all[value];
    }

    /// <summary>The tables of red, green and blue, one behind the other.</summary>
    public static void ApplyEach(Span<byte> pixels, ReadOnlySpan<byte> tables)
    {
        ReadOnlySpan<byte> red = tables[..Levels], green = tables.Slice(Levels, Levels), blue = tables.Slice(2 * Levels, Levels);
        for (var i = 0; i + 2 < pixels.Length; i += 3)
        {
            pixels[i] = red[pixels[i]];
            pixels[i + 1] = green[pixels[i + 1]];
            pixels[i + 2] = blue[pixels[i + 2]];
        }
    }
}
