using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace JustAlexNet.Serving.Http;

/// <summary>The body of a request, read into memory and never to a disk, bounded in bytes and time.</summary>
internal static class Body
{
    private const int FirstBuffer = 64 * 1024;

    /// <summary>Refuses what is known to be too large or encoded before a byte of it is read.</summary>
    /// <exception cref="RequestException">Content-Length is above the bound.</exception>
    /// <exception cref="RequestException">The body is compressed.</exception>
    public static void CheckHead(HttpRequest request, long maxBytes)
    {
        if (request.ContentLength > maxBytes) throw TooLarge(maxBytes);
        if (request.Headers.ContentEncoding.Count > 0 && request.Headers.ContentEncoding != "identity")
            throw new RequestException(ServingFault.UnsupportedKind, "content_encoding", "the body is compressed (Content-Encoding), expected it as it is: pictures are compressed already");
    }

    /// <summary>The whole body, in memory of the request.</summary>
    /// <exception cref="RequestException">It is above the bound.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, RequestMemory memory, long maxBytes, CancellationToken stop)
    {
        await using var bounded = new BoundedStream(request.BodyReader, maxBytes);
        return await ReadAsync(bounded, memory, request.ContentLength, stop);
    }

    /// <summary>A stream to its end, in memory of the request.</summary>
    /// <param name="bounded">Below 2 GiB.</param>
    /// <param name="memory">The request's.</param>
    /// <param name="announced">Its length; null: unknown.</param>
    /// <param name="stop">The caller left, or time is over.</param>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream bounded, RequestMemory memory, long? announced, CancellationToken stop)
    {
        // No more is set aside than has come, or that much again: a caller who announces much and sends nothing costs nothing.
        var most = (announced ?? Array.MaxLength - 1) + 1;        // one more shows the end
        var (block, length) = (memory.Take<byte>((int)Math.Min(most, FirstBuffer)), 0);
        while (true)
        {
            if (length == block.Length) block.Resize((int)Math.Min(2L * length, most));
            if (await bounded.ReadAsync(block.Memory[length..], stop) is var count && count == 0) return block.Memory[..length];
            length += count;
        }
    }

    public static RequestException TooLarge(long maxBytes) =>
        new(ServingFault.TooLarge, "body_too_large", string.Create(CultureInfo.InvariantCulture, $"the body is larger than {maxBytes} bytes, which is the most this server takes"));
}

/// <summary>A body as a stream that ends with <see cref="ServingFault.TooLarge"/> behind a number of bytes. Read only.</summary>
/// <remarks>A read that is given up leaves the reader as Kestrel needs it: cancelled by token, it would be neither read nor drained again.</remarks>
internal sealed class BoundedStream(PipeReader inner, long maxBytes) : Stream
{
    private long read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        await using var cancelling = cancellationToken.UnsafeRegister(static reader => ((PipeReader)reader!).CancelPendingRead(), inner);
        var result = await inner.ReadAsync(CancellationToken.None);
        if (result.IsCanceled)
        {
            inner.AdvanceTo(result.Buffer.Start);
            throw new OperationCanceledException(cancellationToken);
        }
        var taken = result.Buffer.Slice(0, Math.Min(buffer.Length, result.Buffer.Length));
        taken.CopyTo(buffer.Span);
        var count = (int)taken.Length;
        inner.AdvanceTo(taken.End);
        return (read += count) > maxBytes ? throw Body.TooLarge(maxBytes) : count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
