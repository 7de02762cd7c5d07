using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.Intrinsics;

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
        var (stride, weights) = (width * 3, new Weights(radius));
        var height = pixels.Length / stride;
        var (copy, sums) = (ArrayPool<byte>.Shared.Rent(pixels.Length + RgbImage.Slack), ArrayPool<uint>.Shared.Rent(stride));
        try
        {
            for (var y = 0; y < height; y++)
                for (var pass = 0; pass < passes; pass++) AlongRow(pixels.Slice(y * stride, stride), copy, width, weights);
            for (var pass = 0; pass < passes; pass++) DownColumns(pixels, copy, sums.AsSpan(0, stride), height, weights);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
            ArrayPool<uint>.Shared.Return(sums);
        }
    }

    /// <summary>What each value within the box counts, and what each of the two at its ends counts, in 24 binary places.</summary>
    private readonly struct Weights
    {
        public Weights(float radius)
        {
            Radius = (int)radius;
            Inner = (uint)((1 << 24) / (radius * 2 + 1));
            Outer = ((1u << 24) - (uint)(Radius * 2 + 1) * Inner) / 2;
        }

        public int Radius { get; }
        public uint Inner { get; }
        public uint Outer { get; }

        public uint Mean(uint sum, int ends) => (sum * Inner + (uint)ends * Outer + Half) >> 24;

        public Vector128<uint> Mean(Vector128<uint> sum, Vector128<uint> ends) => (sum * Inner + ends * Outer + Vector128.Create(Half)) >>> 24;
    }

    private static void AlongRow(Span<byte> row, byte[] copy, int width, Weights weights)
    {
        row.CopyTo(copy);
        var (last, radius) = (width - 1, weights.Radius);
        var sum = Vector128<uint>.Zero;
        for (var x = -radius - 1; x < radius; x++) sum += Pixel(x);      // the window of the pixel before the first
        for (var x = 0; x < width; x++)
        {
            var before = Pixel(x - radius - 1);
            sum += Pixel(x + radius) - before;
            var mean = weights.Mean(sum, before + Pixel(x + radius + 1));
            (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = ((byte)mean[0], (byte)mean[1], (byte)mean[2]);
        }

        Vector128<uint> Pixel(int x) => Load(copy, Math.Clamp(x, 0, last) * 3);
    }

    private static void DownColumns(Span<byte> pixels, byte[] copy, Span<uint> sums, int height, Weights weights)
    {
        pixels.CopyTo(copy);
        var (stride, radius) = (sums.Length, weights.Radius);
        sums.Clear();
        for (var y = -radius - 1; y < radius; y++)
            for (int i = 0, at = Row(y); i < stride; i++) sums[i] += copy[at + i];
        for (var y = 0; y < height; y++)
        {
            var (before, joins, after) = (Row(y - radius - 1), Row(y + radius), Row(y + radius + 1));
            var result = pixels.Slice(y * stride, stride);
            var i = 0;
            for (; i + 4 <= stride; i += 4)
            {
                var leaves = Load(copy, before + i);
                var sum = Vector128.Create((ReadOnlySpan<uint>)sums.Slice(i, 4)) + Load(copy, joins + i) - leaves;
                sum.CopyTo(sums[i..]);
                var mean = weights.Mean(sum, leaves + Load(copy, after + i));
                BinaryPrimitives.WriteUInt32LittleEndian(result[i..], Vector128.Narrow(Vector128.Narrow(mean, mean), default).AsUInt32()[0]);
            }
            for (; i < stride; i++)
            {
                sums[i] += (uint)(copy[joins + i] - copy[before + i]);
                result[i] = (byte)weights.Mean(sums[i], copy[before + i] + copy[after + i]);
            }
        }

        int Row(int y) => Math.Clamp(y, 0, height - 1) * stride;
    }

    private static Vector128<uint> Load(byte[] values, int at) =>
        Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(BinaryPrimitives.ReadUInt32LittleEndian(values.AsSpan(at))).AsByte()));

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
