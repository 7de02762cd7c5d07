using System.Globalization;
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

    /// <summary>The whole body.</summary>
    /// <exception cref="RequestException">It is above the bound.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, long maxBytes, CancellationToken stop)
    {
        // No more is set aside than has come: a caller who announces much and sends nothing costs nothing.
        using var whole = new MemoryStream((int)Math.Min(request.ContentLength ?? 0, FirstBuffer));
        await using var bounded = new BoundedStream(request.Body, maxBytes);
        await bounded.CopyToAsync(whole, FirstBuffer, stop);
        return whole.GetBuffer().AsMemory(0, (int)whole.Length);
    }

    public static RequestException TooLarge(long maxBytes) =>
        new(ServingFault.TooLarge, "body_too_large", string.Create(CultureInfo.InvariantCulture, $"the body is larger than {maxBytes} bytes, which is the most this server takes"));
}

/// <summary>A stream that ends with <see cref="ServingFault.TooLarge"/> behind a number of bytes. Read only; the inner one stays open.</summary>
internal sealed class BoundedStream(Stream inner, long maxBytes) : Stream
{
    private long read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        return (read += count) > maxBytes ? throw Body.TooLarge(maxBytes) : count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
