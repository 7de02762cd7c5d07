using System.Buffers;

namespace JustAlexNet.Imaging.Operations;

/// <summary>Pillow's <c>ImageFilter.GaussianBlur</c> and <c>BoxBlur</c>, bit for bit: the Gaussian is three box blurs of a broken radius. In place; thread-safe.</summary>
/// <remarks>
/// Source: <c>BoxBlur.c</c> of Pillow 9.4; Gwosdek and others 2011, "Theoretical foundations of Gaussian convolution by extended box filtering". Outside, the picture's edge goes on.
/// It costs the same whatever the radius. torchvision's <c>GaussianBlur</c> convolves with a cut kernel in single precision instead, whose last bits depend on the machine.
/// </remarks>
internal static class Blur
{
    private const int Passes = 3;
    private const uint Half = 1 << 23;

    /// <param name="pixels">height x width x 3 bytes.</param>
    /// <param name="width">Columns.</param>
    /// <param name="deviation">Standard deviation in pixels, 0 or more; 0 changes nothing.</param>
    public static void Gaussian(Span<byte> pixels, int width, float deviation) => Box(pixels, width, RadiusOf(deviation), Passes);

    /// <param name="pixels">height x width x 3 bytes.</param>
    /// <param name="width">Columns.</param>
    /// <param name="radius">0 or more; 1 averages 3 x 3 pixels, 0.5 gives the outer ones half weight.</param>
    /// <param name="passes">How many times, 1 or more.</param>
    public static void Box(Span<byte> pixels, int width, float radius, int passes)
    {
        var stride = width * 3;
        var height = pixels.Length / stride;
        var rented = ArrayPool<byte>.Shared.Rent(Math.Max(stride, pixels.Length));
        try
        {
            for (var y = 0; y < height; y++)
                for (var pass = 0; pass < passes; pass++) Along(pixels.Slice(y * stride, stride), rented, width, 3, 3, radius);
            for (var pass = 0; pass < passes; pass++) Along(pixels, rented, height, stride, stride, radius);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Blurs along one axis: <paramref name="count"/> groups of <paramref name="channels"/> values, each group <paramref name="stride"/> bytes after the one before.</summary>
    private static void Along(Span<byte> values, byte[] copy, int count, int stride, int channels, float radius)
    {
        var whole = (int)radius;
        var inner = (uint)((1 << 24) / (radius * 2 + 1));
        var outer = ((1u << 24) - (uint)(whole * 2 + 1) * inner) / 2;
        values.CopyTo(copy);
        var rented = ArrayPool<uint>.Shared.Rent(channels);
        try
        {
            var sums = rented.AsSpan(0, channels);
            sums.Clear();
            for (var i = -whole - 1; i < whole; i++) Add(sums, Group(copy, i));      // the window of the group before the first
            for (var i = 0; i < count; i++)
            {
                ReadOnlySpan<byte> before = Group(copy, i - whole - 1), last = Group(copy, i + whole), after = Group(copy, i + whole + 1);
                var result = values.Slice(i * stride, channels);
                for (var c = 0; c < sums.Length; c++)
                {
                    sums[c] += (uint)(last[c] - before[c]);
                    result[c] = (byte)((sums[c] * inner + (uint)(before[c] + after[c]) * outer + Half) >> 24);
                }
            }
        }
        finally
        {
            ArrayPool<uint>.Shared.Return(rented);
        }

        ReadOnlySpan<byte> Group(byte[] of, int index) => of.AsSpan(Math.Clamp(index, 0, count - 1) * stride, channels);
    }

    private static void Add(Span<uint> sums, ReadOnlySpan<byte> values)
    {
        for (var c = 0; c < sums.Length; c++) sums[c] += values[c];
    }

    /// <summary>The broken radius of the box that, applied three times, has this deviation.</summary>
    private static float RadiusOf(float deviation)
    {
        var variance = deviation * deviation / Passes;
        var length = (float)Math.Sqrt(12.0 * variance + 1.0);
        var whole = (float)Math.Floor((length - 1.0) / 2.0);
        var broken = (2 * whole + 1) * (whole * (whole + 1) - 3 * variance);
        broken /= 6 * (variance - (whole + 1) * (whole + 1));
        return whole + broken;
    }
}
