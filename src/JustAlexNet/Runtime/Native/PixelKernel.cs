using static TorchSharp.torch;

namespace JustAlexNet.Runtime.Native;

/// <summary>From bytes to numbers by a table, in one pass over the memory.</summary>
internal static unsafe class PixelKernel
{
    private const int Channels = 3;
    private const long Grain = 1 << 14;     // pixels: about 20 microseconds

    /// <summary>Looks every byte up: y(n, c, i, j) = table[256 c + x(n, c, i, j)].</summary>
    /// <param name="pictures">(N, 3, H, W), uint8, on the processor, channels-last in memory. Stays the caller's.</param>
    /// <param name="table">768 values, channel by channel.</param>
    /// <param name="precision">float32 or bfloat16 of the result (rounded to nearest, ties to even).</param>
    /// <returns>The same shape, channels-last; the caller disposes it.</returns>
    public static Tensor LookUp(Tensor pictures, float[] table, Precision precision)
    {
        var shape = pictures.shape;
        var (count, height, width) = (shape[0], shape[2], shape[3]);
        using var plain = empty(count, height, width, Channels, dtype: precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32);
        var (from, to) = ((nint)Memory.Of(pictures), (nint)Memory.Of(plain));
        var pixels = count * height * width;
        if (precision == Precision.Bf16)
        {
            var rounded = Array.ConvertAll(table, BFloat16.Round);
            Parallel.For(KernelKind.Input, pixels, Grain, (first, end) => Run((byte*)from, (ushort*)to, rounded, first, end));
        }
        else
        {
            Parallel.For(KernelKind.Input, pixels, Grain, (first, end) => Run((byte*)from, (float*)to, table, first, end));
        }
        return plain.permute(0, 3, 1, 2);
    }

    private static void Run<T>(byte* from, T* to, T[] table, long first, long end) where T : unmanaged
    {
        fixed (T* red = table)
        {
            T* green = red + 256, blue = red + 512;
            for (var i = first * Channels; i < end * Channels; i += Channels)
            {
                to[i] = red[from[i]];
                to[i + 1] = green[from[i + 1]];
                to[i + 2] = blue[from[i + 2]];
            }
        }
    }
}
