using System.Buffers;

namespace JustAlexNet.Serving;

/// <summary>
/// Memory for decoding: small pictures have arrays that are kept for the next ones, large ones (above 1 MiB) have <see cref="NativeBlock{T}"/>. The shared pool keeps the largest array of every thread and power of two until a collection of
/// everything, so that one 49-megapixel picture would cost a server 200 MB for good. Thread-safe.
/// </summary>
internal sealed class PixelMemory : MemoryPool<byte>
{
    private const int LargestKept = 1 << 20;

    public static PixelMemory Pool { get; } = new();

    public override int MaxBufferSize => Array.MaxLength;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => minBufferSize > LargestKept ? new NativeBlock<byte>(minBufferSize) : Shared.Rent(minBufferSize);

    protected override void Dispose(bool disposing)
    {
    }
}
