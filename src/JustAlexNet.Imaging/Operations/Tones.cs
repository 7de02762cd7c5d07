using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace JustAlexNet.Imaging.Operations;

/// <summary>What changes each value by itself, or by how often it occurs: Pillow's <c>ImageOps</c>, bit for bit. In place; thread-safe.</summary>
/// <remarks>Source: <c>ImageOps.py</c> of Pillow 9.4, unchanged since in these functions.</remarks>
internal static class Tones
{
    /// <summary>255 - v.</summary>
    public static void Invert(Span<byte> pixels)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(pixels);
        foreach (ref var word in words) word = ~word;
        foreach (ref var value in pixels[(words.Length * sizeof(ulong))..]) value = (byte)~value;
    }

    /// <summary>Keeps the upper bits of every value.</summary>
    /// <param name="pixels">The picture.</param>
    /// <param name="bits">How many are kept, 0 to 8.</param>
    public static void Posterize(Span<byte> pixels, int bits)
    {
        var mask = (byte)(byte.MaxValue << (8 - bits));
        var words = MemoryMarshal.Cast<byte, ulong>(pixels);
        var wide = mask * 0x0101010101010101UL;
        foreach (ref var word in words) word &= wide;
        foreach (ref var value in pixels[(words.Length * sizeof(ulong))..]) value &= mask;
    }

    /// <summary>Inverts the values from a threshold on.</summary>
    public static void Solarize(Span<byte> pixels, double threshold)
    {
        Span<byte> table = stackalloc byte[Lookup.Levels];
        for (var v = 0; v < table.Length; v++) table[v] = (byte)(v < threshold ? v : 255 - v);
        Lookup.Apply(pixels, table);
    }

    /// <summary>Stretches each channel so that its least value becomes 0 and its greatest 255.</summary>
    public static void AutoContrast(Span<byte> pixels)
    {
        Span<byte> low = stackalloc byte[3], high = stackalloc byte[3];
        Extremes(pixels, low, high);
        Span<byte> tables = stackalloc byte[3 * Lookup.Levels];
        for (var c = 0; c < 3; c++) Stretch(tables.Slice(c * Lookup.Levels, Lookup.Levels), low[c], high[c]);
        Lookup.ApplyEach(pixels, tables);
    }

    /// <summary>Gives each channel as even a histogram as a table of values can.</summary>
    public static void Equalize(Span<byte> pixels)
    {
        Span<int> counts = stackalloc int[3 * Lookup.Levels];
        Count(pixels, counts);
        Span<byte> tables = stackalloc byte[3 * Lookup.Levels];
        for (var c = 0; c < 3; c++) Even(counts.Slice(c * Lookup.Levels, Lookup.Levels), tables.Slice(c * Lookup.Levels, Lookup.Levels));
        Lookup.ApplyEach(pixels, tables);
    }

    private static void Stretch(Span<byte> table, int low, int high)
    {
        var scale = high > low ? 255.0 / (high - low) : 1;
        var offset = high > low ? -low * scale : 0;
        for (var v = 0; v < table.Length; v++) table[v] = (byte)Math.Clamp((int)(v * scale + offset), 0, 255);
    }

    private static void Even(ReadOnlySpan<int> counts, Span<byte> table)
    {
        var (total, last, kinds) = (0, 0, 0);
        foreach (var count in counts)
        {
            if (count == 0) continue;
            (total, last) = (total + count, count);
            kinds++;
        }
        var step = kinds <= 1 ? 0 : (total - last) / 255;
        var sum = step / 2;
        for (var v = 0; v < table.Length; v++)
        {
            table[v] = (byte)(step == 0 ? v : Math.Min(sum / step, 255));
            sum += counts[v];
        }
    }

    // Neighbours go to different tables: a value that repeats would else wait for its own count.
    private static void Count(ReadOnlySpan<byte> pixels, Span<int> counts)
    {
        Span<int> odd = stackalloc int[3 * Lookup.Levels];
        var i = 0;
        for (; i + 5 < pixels.Length; i += 6)
        {
            counts[pixels[i]]++;
            counts[pixels[i + 1] + 256]++;
            counts[pixels[i + 2] + 512]++;
            odd[pixels[i + 3]]++;
            odd[pixels[i + 4] + 256]++;
            odd[pixels[i + 5] + 512]++;
        }
        for (; i < pixels.Length; i++) counts[pixels[i] + i % 3 * 256]++;
        for (var v = 0; v < counts.Length; v++) counts[v] += odd[v];
    }

    private static void Extremes(ReadOnlySpan<byte> pixels, Span<byte> low, Span<byte> high)
    {
        const int block = 96;        // whole vectors and whole pixels
        low.Fill(255);
        high.Clear();
        Span<byte> least = stackalloc byte[block], most = stackalloc byte[block];
        least.Fill(255);
        most.Clear();
        var whole = pixels.Length / block * block;
        Vector256<byte> l0 = Vector256.Create(byte.MaxValue), l1 = l0, l2 = l0, m0 = default, m1 = default, m2 = default;
        for (var i = 0; i < whole; i += block)
        {
            var (a, b, c) = (Vector256.Create(pixels.Slice(i, 32)), Vector256.Create(pixels.Slice(i + 32, 32)), Vector256.Create(pixels.Slice(i + 64, 32)));
            (l0, l1, l2) = (Vector256.Min(l0, a), Vector256.Min(l1, b), Vector256.Min(l2, c));
            (m0, m1, m2) = (Vector256.Max(m0, a), Vector256.Max(m1, b), Vector256.Max(m2, c));
        }
        l0.CopyTo(least);
        l1.CopyTo(least[32..]);
        l2.CopyTo(least[64..]);
        m0.CopyTo(most);
        m1.CopyTo(most[32..]);
        m2.CopyTo(most[64..]);
        for (var i = 0; i < block; i++) (low[i % 3], high[i % 3]) = (Math.Min(low[i % 3], least[i]), Math.Max(high[i % 3], most[i]));
        for (var i = whole; i < pixels.Length; i++) (low[i % 3], high[i % 3]) = (Math.Min(low[i % 3], pixels[i]), Math.Max(high[i % 3], pixels[i]));
    }
}
