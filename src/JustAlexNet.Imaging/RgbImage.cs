using System.Buffers;

namespace JustAlexNet.Imaging;

/// <summary>A picture in memory: height x width x 3 bytes, row by row without gaps, each pixel red, green, blue from 0 to 255.</summary>
/// <remarks>
/// The memory is rented from <see cref="ArrayPool{T}"/> and goes back with <see cref="Dispose"/>; spans taken from
/// <see cref="Pixels"/> must not be used after that. Not safe for writing from several threads; reading is.
/// </remarks>
public sealed class RgbImage : IDisposable
{
    /// <summary>Bytes a vector load may read past the last pixel.</summary>
    internal const int Slack = 32;

    private readonly bool isRented = true;
    private byte[]? buffer;

    /// <summary>A picture of undefined content: whoever makes it writes every pixel.</summary>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is below 1, or the picture needs more bytes than one array holds.</exception>
    public RgbImage(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height * 3, Array.MaxLength - Slack, nameof(height));
        Width = width;
        Height = height;
        buffer = ArrayPool<byte>.Shared.Rent(width * height * 3 + Slack);
    }

    /// <summary>Takes memory that begins with the pixels and has <see cref="Slack"/> bytes behind them: over, where it is rented; else it stays whose it is and outlives <see cref="Dispose"/>.</summary>
    internal RgbImage(int width, int height, byte[] memory, bool isRented = true)
    {
        Width = width;
        Height = height;
        buffer = memory;
        this.isRented = isRented;
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The pixels: byte <c>3 * (y * Width + x) + c</c>, where c is 0 for red, 1 for green, 2 for blue.</summary>
    /// <exception cref="ObjectDisposedException">The picture was disposed.</exception>
    public Span<byte> Pixels => Memory.AsSpan(0, Width * Height * 3);

    /// <summary>The pixels and at least <see cref="Slack"/> bytes of undefined content behind them.</summary>
    internal ReadOnlySpan<byte> PixelsAndSlack => Memory;

    private byte[] Memory => buffer ?? throw new ObjectDisposedException(nameof(RgbImage));

    /// <summary>Gives the memory back. A second call does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref buffer, null) is { } memory && isRented) ArrayPool<byte>.Shared.Return(memory);
    }
}
