using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace JustAlexNet.Imaging.Operations;

/// <summary>Replaces every value of a picture by that of a table. In place; thread-safe.</summary>
internal static class Lookup
{
    public const int Levels = 256;

    /// <summary>One table for all channels.</summary>
    public static void Apply(Span<byte> pixels, ReadOnlySpan<byte> table)
    {
        var rest = Avx512Vbmi.IsSupported ? ApplyVectors(pixels, table) : pixels;
        ApplyScalar(rest, table);
    }

    /// <summary>A table a channel.</summary>
    public static void Apply(Span<byte> pixels, ReadOnlySpan<byte> red, ReadOnlySpan<byte> green, ReadOnlySpan<byte> blue)
    {
        var rest = Avx512Vbmi.IsSupported ? ApplyVectors(pixels, red, green, blue) : pixels;
        ApplyScalar(rest, red, green, blue);
    }

    internal static void ApplyScalar(Span<byte> pixels, ReadOnlySpan<byte> table)
    {
        var all = table[..Levels];
        foreach (ref var value in pixels) value = all[value];
    }

    internal static void ApplyScalar(Span<byte> pixels, ReadOnlySpan<byte> red, ReadOnlySpan<byte> green, ReadOnlySpan<byte> blue)
    {
        ReadOnlySpan<byte> r = red[..Levels], g = green[..Levels], b = blue[..Levels];
        for (var i = 0; i + 2 < pixels.Length; i += 3)
        {
            pixels[i] = r[pixels[i]];
            pixels[i + 1] = g[pixels[i + 1]];
            pixels[i + 2] = b[pixels[i + 2]];
        }
    }

    private static Span<byte> ApplyVectors(Span<byte> pixels, ReadOnlySpan<byte> table)
    {
        var halves = Quarters(table);
        var vectors = MemoryMarshal.Cast<byte, Vector512<byte>>(pixels);
        foreach (ref var values in vectors) values = Pick(values, halves);
        return pixels[(vectors.Length * Vector512<byte>.Count)..];
    }

    // Three vectors hold 64 whole pixels; which channel a byte is of depends on which of the three it is in.
    private static Span<byte> ApplyVectors(Span<byte> pixels, ReadOnlySpan<byte> red, ReadOnlySpan<byte> green, ReadOnlySpan<byte> blue)
    {
        var (r, g, b) = (Quarters(red), Quarters(green), Quarters(blue));
        var vectors = MemoryMarshal.Cast<byte, Vector512<byte>>(pixels);
        var whole = vectors.Length / 3 * 3;
        for (var i = 0; i < whole; i += 3)
            for (var part = 0; part < 3; part++)
            {
                var values = vectors[i + part];
                vectors[i + part] = Vector512.ConditionalSelect(Channel[part], Pick(values, r), Vector512.ConditionalSelect(Channel[(part + 2) % 3], Pick(values, g), Pick(values, b)));
            }
        return pixels[(whole * Vector512<byte>.Count)..];
    }

    // Which bytes of each of the three vectors are red, (i + 64 part) % 3 == 0, where 64 % 3 is 1. Green are those that are red one part earlier in the cycle.
    private static readonly Vector512<byte>[] Channel = [Mask(0), Mask(1), Mask(2)];

    private static Vector512<byte> Mask(int part)
    {
        Span<byte> mask = stackalloc byte[Vector512<byte>.Count];
        for (var i = 0; i < mask.Length; i++) mask[i] = (i + part) % 3 == 0 ? byte.MaxValue : byte.MinValue;
        return Vector512.Create<byte>(mask);
    }

    private static (Vector512<byte> A, Vector512<byte> B, Vector512<byte> C, Vector512<byte> D) Quarters(ReadOnlySpan<byte> table) =>
        (Vector512.Create(table[..64]), Vector512.Create(table[64..128]), Vector512.Create(table[128..192]), Vector512.Create(table[192..256]));

    private static Vector512<byte> Pick(Vector512<byte> values, in (Vector512<byte> A, Vector512<byte> B, Vector512<byte> C, Vector512<byte> D) table) =>
        Vector512.ConditionalSelect(Vector512.LessThan(values.AsSByte(), Vector512<sbyte>.Zero).AsByte(), Avx512Vbmi.PermuteVar64x8x2(table.C, values, table.D), Avx512Vbmi.PermuteVar64x8x2(table.A, values, table.B));
}
