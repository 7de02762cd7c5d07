using System.Runtime.Intrinsics;

namespace JustAlexNet.Imaging.Operations;

/// <summary>Pillow's <c>Image.blend</c>, bit for bit: <c>from + factor (to - from)</c> in single precision, cut to 0-255, rounded down. Thread-safe.</summary>
internal static class Blend
{
    /// <summary>From one picture through another, by a factor: 0 gives the first, 1 the second, more goes beyond it.</summary>
    /// <param name="from">The first; not changed.</param>
    /// <param name="pixels">The second; receives the result.</param>
    /// <param name="factor">Any finite number.</param>
    public static void Through(ReadOnlySpan<byte> from, Span<byte> pixels, float factor)
    {
        var begun = Vector256.IsHardwareAccelerated ? Vectors(from, pixels, factor) : 0;
        for (var i = begun; i < pixels.Length; i++) pixels[i] = Value(from[i], pixels[i], factor);
    }

    /// <summary>The same for one value.</summary>
    public static byte Value(int from, int to, float factor) => (byte)Math.Clamp((int)(from + factor * (to - from)), 0, 255);

    private static int Vectors(ReadOnlySpan<byte> from, Span<byte> pixels, float factor)
    {
        var f = Vector256.Create(factor);
        var i = 0;
        for (; i + Vector256<byte>.Count <= pixels.Length; i += Vector256<byte>.Count)
        {
            var (a, b) = (Vector256.Create(from.Slice(i, Vector256<byte>.Count)), Vector256.Create(pixels.Slice(i, Vector256<byte>.Count)));
            Vector256.Narrow(Half(Vector256.WidenLower(a), Vector256.WidenLower(b), f), Half(Vector256.WidenUpper(a), Vector256.WidenUpper(b), f)).CopyTo(pixels[i..]);
        }
        return i;
    }

    private static Vector256<ushort> Half(Vector256<ushort> from, Vector256<ushort> to, Vector256<float> factor)
    {
        var low = Quarter(Vector256.WidenLower(from).AsInt32(), Vector256.WidenLower(to).AsInt32(), factor);
        var high = Quarter(Vector256.WidenUpper(from).AsInt32(), Vector256.WidenUpper(to).AsInt32(), factor);
        return Vector256.Narrow(low, high);
    }

    private static Vector256<uint> Quarter(Vector256<int> from, Vector256<int> to, Vector256<float> factor)
    {
        var value = Vector256.ConvertToSingle(from) + factor * Vector256.ConvertToSingle(to - from);
        return Vector256.Min(Vector256.Max(Vector256.ConvertToInt32Native(value), Vector256<int>.Zero), Vector256.Create(255)).AsUInt32();
    }
}
