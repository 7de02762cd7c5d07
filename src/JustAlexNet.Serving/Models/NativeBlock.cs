using System.Buffers;
using System.Runtime.InteropServices;

namespace JustAlexNet.Serving;

/// <summary>
/// Memory outside the garbage collector's heap, for pictures and tensors: arrays of 85,000 bytes and more are collected with the oldest generation only, and a server that keeps little hardly ever comes to that, so what requests sent would stay.
/// Its content is not defined at first. Whoever made it disposes it; a span taken afterwards throws, one taken before must not be used any more. Not thread-safe.
/// </summary>
internal sealed unsafe class NativeBlock<T> : MemoryManager<T> where T : unmanaged
{
    private T* start;

    public NativeBlock(int length) => Resize(length);

    /// <summary>Elements.</summary>
    public int Length { get; private set; }

    /// <summary>Makes it longer or shorter; what is in both stays. Memory and spans taken before must not be used any more.</summary>
    public void Resize(int length)
    {
        start = (T*)NativeMemory.Realloc(start, checked((nuint)Math.Max(1, length) * (nuint)sizeof(T)));
        NativeBlocks.Add((length - Length) * (long)sizeof(T));
        Length = length;
    }

    public override Span<T> GetSpan()
    {
        ObjectDisposedException.ThrowIf(start is null, this);
        return new(start, Length);
    }

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)Length, nameof(elementIndex));
        ObjectDisposedException.ThrowIf(start is null, this);
        return new(start + elementIndex);
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (start is null) return;
        NativeMemory.Free(start);
        NativeBlocks.Add(-Length * (long)sizeof(T));
        start = null;
        Length = 0;
    }
}

/// <summary>The account of all <see cref="NativeBlock{T}"/>; tests look at it. Thread-safe.</summary>
internal static class NativeBlocks
{
    private static long bytes;

    /// <summary>Bytes that are not freed.</summary>
    public static long Bytes => Volatile.Read(ref bytes);

    public static void Add(long change) => Interlocked.Add(ref bytes, change);
}
