using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace JustAlexNet.Runtime.Native;

/// <summary>A square window that moves over pictures of H x W pixels.</summary>
/// <param name="Kernel">Pixels a side, 15 at most.</param>
/// <param name="Stride">Pixels from one place to the next.</param>
/// <param name="Pad">Pixels around the picture that are never the largest; at most half the kernel.</param>
/// <param name="Height">H.</param>
/// <param name="Width">W.</param>
internal readonly record struct PoolingWindow(int Kernel, int Stride, int Pad, long Height, long Width)
{
    /// <summary>Places from top to bottom.</summary>
    public long ResultHeight => (Height + 2 * Pad - Kernel) / Stride + 1;

    /// <summary>Places from left to right.</summary>
    public long ResultWidth => (Width + 2 * Pad - Kernel) / Stride + 1;
}

/// <summary>The largest of max(0, scale x + shift) under a window, with places of a byte each.</summary>
/// <remarks>
/// Channels-last memory, the number of channels a multiple of 8. A place is that in the window, row by row; of equal values the first, as in PyTorch; <see cref="Nowhere"/> where the rectifier
/// leaves 0, which has no gradient. Where one is not a number, neither is the result. Sums are <see cref="ChannelSums"/>.
/// </remarks>
internal static unsafe class PoolingKernels<T, TElement> where T : unmanaged where TElement : struct, IElement<T>
{
    private const byte Nowhere = 255;
    private const int Width = 8;

    /// <summary>y and, unless null, the places of the maxima.</summary>
    public static void Forward(ChannelMatrix x, ChannelMatrix y, byte* places, long pictures, int channels, PoolingWindow window, float[] scale, float[] shift) =>
        Parallel.For(KernelKind.Pooling, pictures * window.ResultHeight, 1, (from, to) =>
        {
            var pixels = stackalloc Pixel<T>[window.Kernel * window.Kernel];
            fixed (float* a = scale, b = shift)
                for (var row = from * window.ResultWidth; row < to * window.ResultWidth; row++)
                {
                    var number = Cover(pixels, row, x, window);
                    var (target, at) = ((nint)y.Row<T>(row), places is null ? 0 : (nint)(places + row * channels));
                    var c = 0;
                    for (; c + 2 * Width <= channels; c += 2 * Width)       // two at once: each waits for its own comparisons
                    {
                        var (first, second) = (new Largest(a, c), new Largest(a, c + Width));
                        for (var i = 0; i < number; i++)
                        {
                            var (address, place) = ((nint)(pixels[i].Address + c), Vector256.Create(pixels[i].Place));
                            first.See(TElement.Load((T*)address), place);
                            second.See(TElement.Load((T*)address + Width), place);
                        }
                        first.Write((T*)target, (byte*)at, a, b, c);
                        second.Write((T*)target, (byte*)at, a, b, c + Width);
                    }
                    if (c < channels)
                    {
                        var last = new Largest(a, c);
                        for (var i = 0; i < number; i++) last.See(TElement.Load(pixels[i].Address + c), Vector256.Create(pixels[i].Place));
                        last.Write((T*)target, (byte*)at, a, b, c);
                    }
                }
        });

    /// <summary>The gradient at the window's input, g, summed up from the places where a pixel was the largest: sums of g and of g (x - mean), one kind after the other.</summary>
    public static double[] Sums(ChannelMatrix x, ChannelMatrix dy, byte* places, long pictures, int channels, PoolingWindow window, float[] mean) =>
        ChannelSums.Of(KernelKind.Pooling, pictures * window.Height * window.Width, channels, 2, (from, to, first, second, _) =>
        {
            var walk = new Walk<T>(from, dy, places, channels, window, stackalloc Covering<T>[MostWindows(window)]);
            fixed (float* m = mean)
                for (var row = from; row < to; row++)
                {
                    var input = x.Row<T>(row);
                    walk.Cover();
                    for (var c = 0; c < channels; c += Width)
                    {
                        var g = walk.Gather<TElement>(c);
                        (Vector256.Load(first + c) + g).Store(first + c);
                        Vector256.FusedMultiplyAdd(g, TElement.Load(input + c) - Vector256.Load(m + c), Vector256.Load(second + c)).Store(second + c);
                    }
                    walk.Next();
                }
        });

    /// <summary>dx = scale g - level - tilt (x - mean).</summary>
    public static void Backward(ChannelMatrix x, ChannelMatrix dy, byte* places, ChannelMatrix dx, long pictures, int channels, PoolingWindow window, float[] scale, float[] mean, float[] level, float[] tilt) =>
        Parallel.For(KernelKind.Pooling, pictures * window.Height, 1, (from, to) =>
        {
            var walk = new Walk<T>(from * window.Width, dy, places, channels, window, stackalloc Covering<T>[MostWindows(window)]);
            fixed (float* a = scale, m = mean, l = level, t = tilt)
                for (var row = from * window.Width; row < to * window.Width; row++)
                {
                    T* target = dx.Row<T>(row), input = x.Row<T>(row);
                    walk.Cover();
                    for (var c = 0; c < channels; c += Width)
                    {
                        var g = walk.Gather<TElement>(c);
                        g = Vector256.Load(a + c) * g - Vector256.Load(l + c) - Vector256.Load(t + c) * (TElement.Load(input + c) - Vector256.Load(m + c));
                        TElement.Store(target + c, g);
                    }
                    walk.Next();
                }
        });

    // The largest of what eight channels show, so far. Where the line falls, the largest value is that of the smallest input.
    private struct Largest(float* scale, int channel)
    {
        private readonly Vector256<float> falling = Vector256.Load(scale + channel) & Vector256.Create(-0f);
        private Vector256<float> best = Vector256.Create(float.NegativeInfinity), wrong = default;
        private Vector256<int> place = Vector256.Create((int)Nowhere);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void See(Vector256<float> input, Vector256<int> where)
        {
            var value = input ^ falling;
            place = Vector256.ConditionalSelect(Vector256.GreaterThan(value, best).AsInt32(), where, place);
            best = Vector256.MaxNative(value, best);        // best where the value is not a number
            wrong |= ~Vector256.Equals(value, value);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Write(T* target, byte* places, float* scale, float* shift, int channel)
        {
            var value = Vector256.FusedMultiplyAdd(best, Vector256.Load(scale + channel) ^ falling, Vector256.Load(shift + channel));
            var closed = Vector256.LessThanOrEqual(value, Vector256<float>.Zero);
            TElement.Store(target + channel, Vector256.AndNot(value, closed) | wrong);
            if (places is not null) Bytes.Store(places + channel, Vector256.ConditionalSelect(closed.AsInt32(), Vector256.Create((int)Nowhere), place));
        }
    }

    private static int MostWindows(PoolingWindow window)
    {
        var side = (window.Kernel + window.Stride - 1) / window.Stride;
        return side * side;
    }

    // The pixels under the window at a row of the result, row by row.
    private static int Cover(Pixel<T>* pixels, long row, ChannelMatrix x, PoolingWindow window)
    {
        var (line, column) = Math.DivRem(row, window.ResultWidth);
        var (picture, place) = Math.DivRem(line, window.ResultHeight);
        var (top, left) = (place * window.Stride - window.Pad, column * window.Stride - window.Pad);
        var number = 0;
        for (var i = Math.Max(0, -top); i < window.Kernel && top + i < window.Height; i++)
            for (var j = Math.Max(0, -left); j < window.Kernel && left + j < window.Width; j++)
                pixels[number++] = new() { Address = x.Row<T>((picture * window.Height + top + i) * window.Width + left + j), Place = (int)(i * window.Kernel + j) };
        return number;
    }
}

/// <summary>The windows over one pixel of the input after another, row by row; not a division a pixel.</summary>
internal unsafe ref struct Walk<T> where T : unmanaged
{
    private readonly ChannelMatrix gradient;
    private readonly byte* places;
    private readonly int channels;
    private readonly PoolingWindow window;
    private readonly Span<Covering<T>> windows;
    private readonly long resultHeight, resultWidth;
    private long picture, down, right;      // of the picture with its pad
    private long top, bottom, left, last;      // the first window of a direction, and the one after the last
    private int number;

    public Walk(long row, ChannelMatrix gradient, byte* places, int channels, PoolingWindow window, Span<Covering<T>> windows)
    {
        this.gradient = gradient;
        this.places = places;
        this.channels = channels;
        this.window = window;
        this.windows = windows;
        (resultHeight, resultWidth) = (window.ResultHeight, window.ResultWidth);
        var (line, column) = Math.DivRem(row, window.Width);
        (picture, var place) = Math.DivRem(line, window.Height);
        (down, right) = (place + window.Pad, column + window.Pad);
        (top, bottom) = Over(down, resultHeight);
        (left, last) = Over(right, resultWidth);
    }

    /// <summary>To the next pixel.</summary>
    public void Next()
    {
        right++;
        if (right == window.Width + window.Pad)
        {
            (right, down) = (window.Pad, down + 1);
            if (down == window.Height + window.Pad) (down, picture) = (window.Pad, picture + 1);
            (top, bottom) = Over(down, resultHeight);
            (left, last) = Over(right, resultWidth);
            return;
        }
        if (last < resultWidth && last * window.Stride <= right) last++;
        if (left * window.Stride + window.Kernel <= right) left++;
    }

    /// <summary>Finds the windows over the pixel.</summary>
    public void Cover()
    {
        number = 0;
        for (var i = top; i < bottom; i++)
        {
            var line = (picture * resultHeight + i) * resultWidth;
            var place = (int)((down - i * window.Stride) * window.Kernel + right);
            for (var j = left; j < last; j++)
                windows[number++] = new() { Gradient = gradient.Row<T>(line + j), Places = places + (line + j) * channels, Place = place - (int)j * window.Stride };
        }
    }

    /// <summary>The gradient of eight channels of the pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector256<float> Gather<TElement>(int c) where TElement : struct, IElement<T>
    {
        var sum = Vector256<float>.Zero;
        foreach (ref readonly var over in windows[..number])
            sum += TElement.Load(over.Gradient + c) & Vector256.Equals(Bytes.Load(over.Places + c), Vector256.Create(over.Place)).AsSingle();
        return sum;
    }

    private readonly (long First, long End) Over(long place, long number) =>
        (place < window.Kernel ? 0 : (place - window.Kernel) / window.Stride + 1, Math.Min(place / window.Stride, number - 1) + 1);
}

/// <summary>A pixel under a window.</summary>
internal unsafe struct Pixel<T> where T : unmanaged
{
    /// <summary>Its first channel.</summary>
    public T* Address;

    /// <summary>Its place in the window.</summary>
    public int Place;
}

/// <summary>A window over a pixel.</summary>
internal unsafe struct Covering<T> where T : unmanaged
{
    /// <summary>Gradient of the window's result, and the places of its maxima, at the first channel.</summary>
    public T* Gradient;

    /// <inheritdoc cref="Gradient"/>
    public byte* Places;

    /// <summary>The pixel's place in the window.</summary>
    public int Place;
}

/// <summary>Eight bytes as whole numbers.</summary>
internal static unsafe class Bytes
{
    public static Vector256<int> Load(byte* from)
    {
        if (Avx2.IsSupported) return Avx2.ConvertToVector256Int32(from);
        var (low, high) = Vector128.Widen(Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)from).AsByte()));
        return Vector256.Create(low, high).AsInt32();
    }

    /// <summary>Of values from 0 to 255.</summary>
    public static void Store(byte* to, Vector256<int> values)
    {
        var halves = Vector128.Narrow(values.GetLower().AsUInt32(), values.GetUpper().AsUInt32());
        *(ulong*)to = Vector128.Narrow(halves, halves).AsUInt64()[0];
    }
}
