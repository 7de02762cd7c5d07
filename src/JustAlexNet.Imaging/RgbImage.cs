using System.Buffers;

namespace JustAlexNet.Imaging;

/// <summary>A picture in memory: height x width x 3 bytes, row by row without gaps, each pixel red, green, blue from 0 to 255.</summary>
/// <remarks>
/// The memory is rented from <see cref="MemoryPool{T}"/> and goes back with <see cref="Dispose"/>; spans taken from
/// <see cref="Pixels"/> must not be used after that. Not safe for writing from several threads; reading is.
/// </remarks>
public sealed class RgbImage : IDisposable
{
    /// <summary>Bytes a vector load may read past the last pixel.</summary>
    internal const int Slack = 32;

    private readonly Memory<byte> memory;
    private readonly IMemoryOwner<byte>? owner;
    private bool isDisposed;

    /// <summary>A picture of undefined content: whoever makes it writes every pixel.</summary>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1, or the picture needs more bytes than one array holds.</exception>
    public RgbImage(int width, int height) : this(width, height, MemoryPool<byte>.Shared)
    {
    }

    /// <summary>The same with memory of a pool.</summary>
    internal RgbImage(int width, int height, MemoryPool<byte> pool)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height * 3, Array.MaxLength - Slack, nameof(height));
        (Width, Height, Pool) = (width, height, pool);
        owner = pool.Rent(width * height * 3 + Slack);
        memory = owner.Memory;
    }

    /// <summary>Takes over memory that begins with the pixels and has <see cref="Slack"/> bytes behind them.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="owner">The memory, freed with the picture.</param>
    /// <param name="pool">Where it is from, and further pictures made of this one have theirs from.</param>
    internal RgbImage(int width, int height, IMemoryOwner<byte> owner, MemoryPool<byte> pool)
    {
        (Width, Height, Pool, this.owner) = (width, height, pool, owner);
        memory = owner.Memory;
    }

    /// <summary>The same with memory that stays whose it is and outlives <see cref="Dispose"/>.</summary>
    internal RgbImage(int width, int height, byte[] memory) => (Width, Height, Pool, this.memory) = (width, height, MemoryPool<byte>.Shared, memory);

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The pixels: byte <c>3 * (y * Width + x) + c</c>, where c is 0 for red, 1 for green, 2 for blue.</summary>
    /// <exception cref="ObjectDisposedException">The picture was disposed.</exception>
    public Span<byte> Pixels => Memory[..(Width * Height * 3)];

    /// <summary>The pixels and at least <see cref="Slack"/> bytes of undefined content behind them.</summary>
    internal ReadOnlySpan<byte> PixelsAndSlack => Memory;

    /// <summary>Where memory for what is made of the picture comes from.</summary>
    internal MemoryPool<byte> Pool { get; }

    private Span<byte> Memory
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref isDisposed), this);
            return memory.Span;
        }
    }

    /// <summary>Gives the memory back. A second call does nothing.</summary>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref isDisposed, true)) owner?.Dispose();
    }
}
