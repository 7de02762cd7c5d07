using System.Buffers;

namespace JustAlexNet.Imaging.Decoding;

/// <summary>A whole file in rented memory.</summary>
internal sealed class FileBytes : IDisposable
{
    private readonly int length;
    private byte[]? buffer;

    private FileBytes(byte[] buffer, int length)
    {
        this.buffer = buffer;
        this.length = length;
    }

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    /// <exception cref="ImageException">The file cannot be opened or read, is too large, or is no plain file.</exception>
    public static FileBytes Read(string path, long maxBytes)
    {
        try
        {
            if (SpecialFile.Is(path)) throw new ImageException(path, SpecialFile.Reason);
            using var handle = File.OpenHandle(path);
            var expected = RandomAccess.GetLength(handle);
            if (expected > Math.Min(maxBytes, Array.MaxLength))
                throw new ImageException(path, $"the file has {Text.Number(expected)} bytes, the limit is {Text.Number(Math.Min(maxBytes, Array.MaxLength))}");
            var buffer = ArrayPool<byte>.Shared.Rent((int)expected);
            var read = 0;
            try
            {
                while (read < expected && RandomAccess.Read(handle, buffer.AsSpan(read, (int)expected - read), read) is var more and > 0) read += more;
            }
            catch
            {
                ArrayPool<byte>.Shared.Return(buffer);
                throw;
            }
            return new(buffer, read);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ImageException(path, Reason(path, exception), exception);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref buffer, null) is { } memory) ArrayPool<byte>.Shared.Return(memory);
    }

    internal static string Reason(string path, Exception exception) => exception is NotSupportedException ? SpecialFile.Reason : ReadFault.Reason(exception, path, "a picture file");
}
