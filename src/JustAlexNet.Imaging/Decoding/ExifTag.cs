using System.Buffers.Binary;

namespace JustAlexNet.Imaging.Decoding;

/// <summary>The orientation in a block of EXIF data. Skia reads it in one integer type only and not from PNG; libjpeg-turbo does not.</summary>
/// <remarks>As Pillow 9.4 does (its <c>ImageOps.exif_transpose</c>): any integer type but BYTE, the first of several values, the last of several entries.</remarks>
internal static class ExifTag
{
    private const int Orientation = 0x0112;
    private const int EntryBytes = 12;

    /// <returns>1 to 8; 1, which means upright, if the block says nothing usable.</returns>
    public static int ReadOrientation(ReadOnlySpan<byte> exif)
    {
        if (exif.StartsWith("Exif\0\0"u8)) exif = exif[6..];       // JPEG's prefix, which some programs write elsewhere too
        var big = exif.StartsWith("MM"u8);
        if (exif.Length < 8 || (!big && !exif.StartsWith("II"u8))) return 1;
        var at = (long)Number(exif, 4, big);
        if (at + 2 > exif.Length) return 1;
        var found = 1L;
        var entries = Word(exif, (int)at, big);
        for (at += 2; entries > 0 && at + EntryBytes <= exif.Length; entries--, at += EntryBytes)
            if (Word(exif, (int)at, big) == Orientation) found = Value(exif, (int)at, big) ?? found;
        return found is >= 1 and <= 8 ? (int)found : 1;
    }

    /// <summary>The first value of an entry; 0, which is no orientation, if it is no integer; null if the entry cannot be read at all.</summary>
    private static long? Value(ReadOnlySpan<byte> exif, int entry, bool big)
    {
        var type = Word(exif, entry + 2, big);
        var bytes = type switch { 1 or 2 or 6 or 7 => 1, 3 or 8 => 2, 4 or 9 or 11 or 13 => 4, 5 or 10 or 12 or 16 => 8, _ => 0 };
        var length = bytes * (long)Number(exif, entry + 4, big);
        long at = length > 4 ? Number(exif, entry + 8, big) : entry + 8;
        if (length == 0 || at + length > exif.Length) return null;
        var value = exif.Slice((int)at, bytes);
        return type switch
        {
            3 => Word(value, 0, big),
            4 or 13 => Number(value, 0, big),
            6 => (sbyte)value[0],
            8 => (short)Word(value, 0, big),
            9 => (int)Number(value, 0, big),
            16 => big ? BinaryPrimitives.ReadInt64BigEndian(value) : BinaryPrimitives.ReadInt64LittleEndian(value),
            _ => 0,
        };
    }

    private static uint Number(ReadOnlySpan<byte> exif, int at, bool big) =>
        big ? BinaryPrimitives.ReadUInt32BigEndian(exif[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(exif[at..]);

    private static int Word(ReadOnlySpan<byte> exif, int at, bool big) =>
        big ? BinaryPrimitives.ReadUInt16BigEndian(exif[at..]) : BinaryPrimitives.ReadUInt16LittleEndian(exif[at..]);
}
