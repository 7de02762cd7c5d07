using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace JustAlexNet.Campaigns.Pictures;

/// <summary>PNG files with other chunks, whose check sums are right: what stands behind them is read.</summary>
internal static class Png
{
    private const int HeaderAt = 8, HeaderLength = 13, Frame = 12, BehindHeader = HeaderAt + HeaderLength + Frame;

    /// <summary>The file with another first chunk.</summary>
    public static byte[] WithHeader(byte[] file, Action<Span<byte>> change)
    {
        var changed = file.ToArray();
        change(changed.AsSpan(HeaderAt + 8, HeaderLength));
        BinaryPrimitives.WriteUInt32BigEndian(changed.AsSpan(HeaderAt + 8 + HeaderLength), Crc32.HashToUInt32(changed.AsSpan(HeaderAt + 4, HeaderLength + 4)));
        return changed;
    }

    /// <summary>The file with one chunk more, behind the first.</summary>
    public static byte[] Inserted(byte[] file, ReadOnlySpan<byte> name, byte[] data) => [.. file.AsSpan(0, BehindHeader), .. Chunk(name, data), .. file.AsSpan(BehindHeader)];

    /// <summary>A picture of one value.</summary>
    public static byte[] Uniform(int width, int height, byte depth, byte colour)
    {
        var header = new byte[HeaderLength];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (depth, colour);
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            var row = new byte[1 + (width * depth * (colour == 2 ? 3 : 1) + 7) / 8];
            for (var y = 0; y < height; y++) zip.Write(row);
        }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] data)
    {
        byte[] body = [.. name, .. data];
        var chunk = new byte[Frame + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        body.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(^4), Crc32.HashToUInt32(body));
        return chunk;
    }
}
