using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Serving.Tests;

/// <summary>Pictures as strangers send them, well-meaning ones and others.</summary>
internal static class TestFiles
{
    /// <summary>A reference picture of <c>tests/golden/decode</c>.</summary>
    public static byte[] Golden(string name) => File.ReadAllBytes(Repository.Golden("decode", name));

    /// <summary>A PNG file of one colour that a seed decides.</summary>
    public static byte[] Plain(int seed) => Png(4, 4, [.. Enumerable.Repeat<byte[]>([0, .. Enumerable.Range(0, 12).Select(i => (byte)((i % 3 * 70 + seed * 41) % 256))], 4).SelectMany(row => row)]);

    /// <summary>A whole PNG file of so many black pixels, small as a file.</summary>
    public static byte[] Bomb(int side)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            for (var y = 0; y < side; y++) zlib.Write(new byte[1 + 3 * side]);
        return Png(side, side, packed.ToArray(), isPacked: true);
    }

    /// <summary>A PNG file that says it has so many pixels, and has hardly any.</summary>
    public static byte[] Claim(int side) => Png(side, side, new byte[64]);

    /// <summary>A JPEG file with another size in its header.</summary>
    public static byte[] JpegClaim(int width, int height)
    {
        var file = Golden("rgb.jpg");
        var frame = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 5), (ushort)height);
        BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 7), (ushort)width);
        return file;
    }

    /// <summary>A WebP file of 16,383 x 16,383 pixels by its header, which is all that it has.</summary>
    public static byte[] WebPClaim()
    {
        var file = new byte[12 + 8 + 10 + 64];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        "WEBPVP8 "u8.CopyTo(file.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), file.Length - 20);
        byte[] frame = [0x50, 0x04, 0x00, 0x9D, 0x01, 0x2A, 0xFF, 0x3F, 0xFF, 0x3F];
        frame.CopyTo(file, 20);
        return file;
    }

    /// <summary>A small whole picture with a colour profile that unpacks to so many bytes.</summary>
    public static byte[] ProfileBomb(int length)
    {
        var profile = new byte[length];
        BinaryPrimitives.WriteInt32BigEndian(profile, length);
        using var packed = new MemoryStream();
        packed.Write("icc\0\0"u8);
        using (var zlib = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) zlib.Write(profile);
        return Png(4, 4, new byte[4 * 13], extra: Chunk("iCCP"u8, packed.ToArray()));
    }

    /// <summary>A whole PNG file, black.</summary>
    public static byte[] Strip(int width, int height) => Png(width, height, new byte[(long)height * (1 + 3 * width)]);

    private static byte[] Png(int width, int height, byte[] rows, bool isPacked = false, byte[]? extra = null)
    {
        if (!isPacked)
        {
            using var packed = new MemoryStream();
            using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(rows);
            rows = packed.ToArray();
        }
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), height);
        (head[8], head[9]) = (8, 2);
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR"u8, head), .. extra ?? [], .. Chunk("IDAT"u8, rows), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> name, byte[] data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        name.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32.HashToUInt32(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }
}
