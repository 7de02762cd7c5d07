using System.Buffers;
using System.Buffers.Binary;

namespace JustAlexNet.Imaging.Decoding;

/// <summary>Walks a PNG's chunks.</summary>
internal static class PngChunks
{
    private const int Head = 8;         // length and name before a chunk's data
    private const int Frame = 12;       // the same and the check sum behind
    private const int Start = 8;         // behind the signature
    private const int MostAncillary = 64 << 10;
    private const int MostExpansion = 1032;         // of deflate: 258 bytes by two bits

    /// <summary>Bytes that the file would at least need for its last chunk and the closing one; null if it is not cut off.</summary>
    public static long? ExpectedBytes(ReadOnlySpan<byte> file)
    {
        var at = (long)Start;
        while (at + Head <= file.Length)
        {
            var end = Is(file, at, "IEND"u8);
            at += Length(file, at) + Frame;
            if (end && at <= file.Length) return null;
        }
        return at + Frame;
    }

    /// <summary>Bytes that the data of so many pixels take at least, by depth and colours of the first chunk.</summary>
    public static long LeastBytes(long width, long height, ReadOnlySpan<byte> file)
    {
        const int Depth = Start + Head + 8, Colour = Depth + 1;
        if (file.Length <= Colour) return 0;
        var values = file[Colour] switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        return height * ((width * values * file[Depth] + 7) / 8) / MostExpansion;
    }

    /// <summary>Columns and rows by the first chunk of a PNG file, of which no more is read; null for what is none, or cannot be opened.</summary>
    public static (int Width, int Height)? ReadSize(string path)
    {
        Span<byte> start = stackalloc byte[Start + Head + 8];
        try
        {
            using var file = File.OpenHandle(path);
            if (RandomAccess.Read(file, start, 0) < start.Length || Signature.Kind(start) != PictureKind.Png || !Is(start, Start, "IHDR"u8)) return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        var (width, height) = (BinaryPrimitives.ReadInt32BigEndian(start[(Start + Head)..]), BinaryPrimitives.ReadInt32BigEndian(start[(Start + Head + 4)..]));
        return width > 0 && height > 0 ? (width, height) : null;
    }

    /// <summary>The orientation in the EXIF chunk; 1, which means upright, if there is none.</summary>
    public static int Orientation(ReadOnlySpan<byte> file)
    {
        for (var at = (long)Start; at + Head <= file.Length; at += Length(file, at) + Frame)
            if (Is(file, at, "eXIf"u8))
                return ExifTag.ReadOrientation(file.Slice((int)at + Head, (int)Math.Min(Length(file, at), file.Length - at - Head)));
        return 1;
    }

    /// <summary>Whether there is a chunk of this name.</summary>
    public static bool Has(ReadOnlySpan<byte> file, ReadOnlySpan<byte> name)
    {
        for (var at = (long)Start; at + Head <= file.Length; at += Length(file, at) + Frame)
            if (Is(file, at, name)) return true;
        return false;
    }

    /// <summary>A PNG file without chunks that change no pixel (PNG, third edition, 5.4: their first letter is small), but for transparency; null where they are few, or it is another kind of file. libpng, read bit by bit as Skia does, takes time by the square of their length: a minute for 15 MB.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="pool">Gives the memory, the caller's to free.</param>
    /// <param name="length">Of what is left.</param>
    public static IMemoryOwner<byte>? Lean(ReadOnlySpan<byte> file, MemoryPool<byte> pool, out int length)
    {
        (length, var dropped) = (Start, 0L);
        if (Signature.Kind(file) != PictureKind.Png) return null;
        for (var at = (long)Start; at + Head <= file.Length; at += Length(file, at) + Frame)
            if (IsDropped(file, at)) dropped += Length(file, at) + Frame;
        if (dropped <= MostAncillary) return null;
        var memory = pool.Rent(file.Length);
        var target = memory.Memory.Span;
        file[..Start].CopyTo(target);
        for (var at = (long)Start; at < file.Length; at += at + Head <= file.Length ? Length(file, at) + Frame : Head)
        {
            if (at + Head <= file.Length && IsDropped(file, at)) continue;
            var chunk = file.Slice((int)at, (int)Math.Min(at + Head <= file.Length ? Length(file, at) + Frame : Head, file.Length - at));
            chunk.CopyTo(target[length..]);
            length += chunk.Length;
        }
        return memory;
    }

    private static bool IsDropped(ReadOnlySpan<byte> file, long at) => (file[(int)at + 4] & 0x20) != 0 && !Is(file, at, "tRNS"u8);

    private static long Length(ReadOnlySpan<byte> file, long at) => BinaryPrimitives.ReadUInt32BigEndian(file[(int)at..]);

    private static bool Is(ReadOnlySpan<byte> file, long at, ReadOnlySpan<byte> name) => file.Slice((int)at + 4, 4).SequenceEqual(name);
}
