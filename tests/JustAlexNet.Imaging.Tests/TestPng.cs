using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace JustAlexNet.Imaging.Tests;

/// <summary>Writes PNG files that no ordinary program writes.</summary>
internal sealed record TestPng(int Width, int Height)
{
    public int ColourType { get; init; } = 2;

    public int Bits { get; init; } = 8;

    /// <summary>Chunks between the header and the pixels.</summary>
    public (string Name, byte[] Data)[] Extra { get; init; } = [];

    /// <summary>The file around rows of packed pixels, without their filter bytes.</summary>
    public byte[] File(byte[] pixels)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        header[8] = (byte)Bits;
        header[9] = (byte)ColourType;
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            foreach (var row in pixels.Chunk(Math.Max(1, pixels.Length / Height)))
            {
                zlib.WriteByte(0);
                zlib.Write(row);
            }
        return
        [
            0x89, .. "PNG\r\n"u8, 0x1A, .. "\n"u8,
            .. Chunk("IHDR", header),
            .. Extra.SelectMany(chunk => Chunk(chunk.Name, chunk.Data)),
            .. Chunk("IDAT", compressed.ToArray()),
            .. Chunk("IEND", []),
        ];
    }

    private static byte[] Chunk(string name, byte[] data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(name, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32.Of(chunk[4..(8 + data.Length)]));
        return chunk;
    }
}
