using System.Buffers.Binary;

namespace JustAlexNet.Imaging.Decoding;

/// <summary>The orientation in a block of EXIF data. Skia reads it itself, but not from PNG; libjpeg-turbo does not.</summary>
internal static class ExifTag
{
    private const int Orientation = 0x0112;
    private const int Short = 3;
    private const int EntryBytes = 12;

    /// <returns>1 to 8; 1, which means upright, if the block says nothing usable.</returns>
    public static int ReadOrientation(ReadOnlySpan<byte> exif)
    {
        var big = exif.StartsWith("MM"u8);
        if (exif.Length < 8 || (!big && !exif.StartsWith("II"u8))) return 1;
        var at = (long)Number(exif, 4, big);
        if (at + 2 > exif.Length) return 1;
        var entries = Word(exif, (int)at, big);
        for (at += 2; entries > 0 && at + EntryBytes <= exif.Length; entries--, at += EntryBytes)
            if (Word(exif, (int)at, big) == Orientation && Word(exif, (int)at + 2, big) == Short && Number(exif, (int)at + 4, big) == 1)
                return Word(exif, (int)at + 8, big) is >= 1 and <= 8 and var value ? value : 1;
        return 1;
    }

    private static uint Number(ReadOnlySpan<byte> exif, int at, bool big) =>
        big ? BinaryPrimitives.ReadUInt32BigEndian(exif[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(exif[at..]);

    private static int Word(ReadOnlySpan<byte> exif, int at, bool big) =>
        big ? BinaryPrimitives.ReadUInt16BigEndian(exif[at..]) : BinaryPrimitives.ReadUInt16LittleEndian(exif[at..]);
}
