using System.Buffers.Binary;

namespace JustAlexNet.Imaging.Decoding;

/// <summary>What of a BMP's header decides whether its pixels come out exactly.</summary>
internal static class BmpHeader
{
    private const int RunLength8 = 1;
    private const int RunLength4 = 2;

    /// <summary>Why this BMP would not come out exactly, or null.</summary>
    public static string? Unsupported(ReadOnlySpan<byte> file)
    {
        if (file.Length < 54 || BinaryPrimitives.ReadInt32LittleEndian(file[14..]) < 40) return null;     // OS/2's old header: plain pixels only
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(file[28..]);
        var compression = BinaryPrimitives.ReadInt32LittleEndian(file[30..]);
        if (compression is RunLength8 or RunLength4) return "it is a run-length compressed BMP, which may leave pixels undefined; save it uncompressed or as PNG";
        if (bits == 16) return "it is a BMP with 16 bits a pixel, whose expansion to 8 bits a colour is ambiguous; 1, 4, 8, 24 and 32 are read";
        return null;
    }

    /// <summary>Bytes that the header promises, or null where it does not say.</summary>
    public static long? ExpectedBytes(ReadOnlySpan<byte> file) =>
        file.Length >= 6 && BinaryPrimitives.ReadUInt32LittleEndian(file[2..]) is var size && size > file.Length ? size : null;
}
