using System.Numerics;
using JustAlexNet.Imaging.Operations;

namespace JustAlexNet.Data;

/// <summary>What a picture looks like in 64 bits: pictures of other sizes or qualities of JPEG differ in few of them, other pictures in about half.</summary>
/// <remarks>
/// The 64 lowest frequencies, without those of whole rows and columns, of the discrete cosine transform of the grey picture of 32 x 32 pixels; a bit says whether one is above their median.
/// Source: C. Zauner, Implementation and Benchmarking of Perceptual Image Hash Functions, 2010, 3.2 (pHash), but for the way of making it small: ours is the antialiased bilinear one.
/// </remarks>
internal static class PerceptualHash
{
    /// <summary>Side of the picture that it is computed of.</summary>
    public const int Side = 32;

    private const int Frequencies = 8;
    private const double FlatDeviation = 4;       // in levels of 255: below it JPEG's own noise decides the bits

    private static readonly float[] Cosines = [.. from u in Enumerable.Range(1, Frequencies) from x in Enumerable.Range(0, Side) select (float)Math.Cos(Math.PI * (2 * x + 1) * u / (2 * Side))];

    /// <summary>The hash; null for a picture of one brightness, which looks like every other of the kind.</summary>
    /// <param name="pixels"><see cref="Side"/> x <see cref="Side"/> x 3 bytes, RGB.</param>
    public static ulong? Of(ReadOnlySpan<byte> pixels)
    {
        var colours = new byte[Side * Side * 3];
        Grey.Write(pixels, colours);
        var grey = new float[Side * Side];
        for (var i = 0; i < grey.Length; i++) grey[i] = colours[3 * i];
        var mean = grey.Average();
        if (Math.Sqrt(grey.Average(value => (value - mean) * (double)(value - mean))) < FlatDeviation) return null;

        var coefficients = Transformed(grey);
        var sorted = coefficients.Order().ToArray();
        var median = (sorted[31] + sorted[32]) / 2;
        var hash = 0UL;
        for (var i = 0; i < coefficients.Length; i++)
            if (coefficients[i] > median) hash |= 1UL << i;
        return hash;
    }

    /// <summary>In how many bits two hashes differ, 0 to 64.</summary>
    public static int Distance(ulong first, ulong second) => BitOperations.PopCount(first ^ second);

    private static float[] Transformed(float[] grey)
    {
        var rows = new float[Side * Frequencies];
        for (var y = 0; y < Side; y++)
            for (var u = 0; u < Frequencies; u++)
                for (var x = 0; x < Side; x++) rows[y * Frequencies + u] += grey[y * Side + x] * Cosines[u * Side + x];
        var all = new float[Frequencies * Frequencies];
        for (var v = 0; v < Frequencies; v++)
            for (var y = 0; y < Side; y++)
                for (var u = 0; u < Frequencies; u++) all[v * Frequencies + u] += rows[y * Frequencies + u] * Cosines[v * Side + y];
        return all;
    }
}

/// <summary>Finds hashes that differ from one in few bits without looking at all of them.</summary>
/// <remarks>
/// Hashes are cut into four bands of 16 bits: two that differ in at most 7 bits agree in one band but for a single bit. So 4 x 17 lists are looked through, each about a 65,536th of the hashes.
/// Source: M. Norouzi, A. Punjani, D. Fleet, Fast Search in Hamming Space with Multi-Index Hashing, CVPR 2012. Not thread-safe.
/// </remarks>
internal sealed class HashIndex
{
    /// <summary>The most bits in which what is found may differ.</summary>
    public const int MaxDistance = 7;

    private const int Bands = 4, BandBits = 16;

    private readonly List<int>?[] lists = new List<int>?[Bands << BandBits];
    private readonly List<ulong> hashes = [];

    /// <summary>How many hashes have been compared so far.</summary>
    public long Compared { get; private set; }

    /// <summary>The places, in the order in which they were added, of hashes that differ in at most <see cref="MaxDistance"/> bits; some come more than once.</summary>
    public IEnumerable<int> Near(ulong hash)
    {
        for (var band = 0; band < Bands; band++)
            for (var flipped = -1; flipped < BandBits; flipped++)
            {
                if (lists[ListOf(flipped < 0 ? hash : hash ^ (1UL << (band * BandBits + flipped)), band)] is not { } list) continue;
                Compared += list.Count;
                foreach (var place in list)
                    if (PerceptualHash.Distance(hashes[place], hash) <= MaxDistance) yield return place;
            }
    }

    /// <summary>Adds a hash behind the others.</summary>
    public void Add(ulong hash)
    {
        for (var band = 0; band < Bands; band++) (lists[ListOf(hash, band)] ??= []).Add(hashes.Count);
        hashes.Add(hash);
    }

    private static int ListOf(ulong hash, int band) => band << BandBits | (ushort)(hash >> (band * BandBits));
}
