using System.Buffers.Binary;

namespace JustAlexNet.Imaging.Decoding;

/// <summary>Walks a PNG's chunks.</summary>
internal static class PngChunks
{
    private const int Head = 8;         // length and name before a chunk's data
    private const int Frame = 12;       // the same and the check sum behind

    /// <summary>Bytes that the file would at least need for its last chunk and the closing one; null if it is not cut off.</summary>
    public static long? ExpectedBytes(ReadOnlySpan<byte> file)
    {
        var at = 8L;
        while (at + Head <= file.Length)
        {
            var end = Is(file, at, "IEND"u8);
            at += Length(file, at) + Frame;
            if (end && at <= file.Length) return null;
        }
        return at + Frame;
    }

    /// <summary>The orientation in the EXIF chunk; 1, which means upright, if there is none.</summary>
    public static int Orientation(ReadOnlySpan<byte> file)
    {
        for (var at = 8L; at + Head <= file.Length; at += Length(file, at) + Frame)
            if (Is(file, at, "eXIf"u8))
                return ExifTag.ReadOrientation(file.Slice((int)at + Head, (int)Math.Min(Length(file, at), file.Length - at - Head)));
        return 1;
    }

    private static long Length(ReadOnlySpan<byte> file, long at) => BinaryPrimitives.ReadUInt32BigEndian(file[(int)at..]);

    private static bool Is(ReadOnlySpan<byte> file, long at, ReadOnlySpan<byte> name) => file.Slice((int)at + 4, 4).SequenceEqual(name);
}
