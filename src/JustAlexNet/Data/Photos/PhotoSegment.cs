using System.Buffers.Binary;
using System.IO.Hashing;
using JustAlexNet.Files;
using JustAlexNet.Imaging;
using Microsoft.Win32.SafeHandles;

namespace JustAlexNet.Data;

/// <summary>Where a kept picture stands.</summary>
/// <param name="Segment">The file.</param>
/// <param name="Offset">Its first byte there.</param>
/// <param name="Frame">Its size.</param>
/// <param name="Hash">XxHash64 of its bytes.</param>
internal readonly record struct PhotoEntry(PhotoSegment Segment, long Offset, PhotoFrame Frame, ulong Hash);

/// <summary>A file of kept pictures: written once from its beginning to its end, whole or not there at all.</summary>
/// <remarks>
/// Little-endian: the pictures' bytes one behind the other; an index of 44 bytes a picture (key 16, offset 8, width 4, height 4, reduction with its edges 4, XxHash64 of the bytes 8); 28 bytes: offset of the index 8,
/// number of pictures 4, XxHash64 of index, offset and number 8, "JANPHOT1". Not thread-safe, but for reading.
/// </remarks>
internal sealed class PhotoSegment : IDisposable
{
    public const string Ending = ".photos";
    private const int EntryBytes = 44, TrailerBytes = 28;

    private readonly List<(UInt128 Key, PhotoEntry Entry)> index = [];
    private AtomicFile? attempt;
    private SafeFileHandle handle;

    private PhotoSegment(string path, SafeFileHandle handle, AtomicFile? attempt) => (Path, this.handle, this.attempt) = (path, handle, attempt);

    /// <summary>The file's place.</summary>
    public string Path { get; }

    /// <summary>Its length in bytes, as far as it is written.</summary>
    public long Length { get; private set; }

    /// <summary>Whether something of it was wanted since it was opened; what is being written is.</summary>
    public bool IsUsed { get; set; }

    /// <summary>What it holds.</summary>
    public IReadOnlyList<(UInt128 Key, PhotoEntry Entry)> Index => index;

    /// <summary>Begins a new one.</summary>
    /// <exception cref="IOException">Folder or space is missing.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission is missing.</exception>
    public static PhotoSegment Begin(string path)
    {
        var attempt = new AtomicFile(path);
        return new(path, attempt.Handle, attempt) { IsUsed = true };
    }

    /// <summary>Opens one for reading.</summary>
    /// <returns>Null where it is not a whole one.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Permission is missing.</exception>
    public static PhotoSegment? Open(string path)
    {
        PhotoSegment segment;
        try
        {
            segment = new PhotoSegment(path, OpenToRead(path), null);
        }
        catch (FileNotFoundException)       // another run made room since the folder was listed
        {
            return null;
        }
        if (segment.ReadIndex()) return segment;
        segment.Dispose();
        return null;
    }

    /// <summary>Adds a picture.</summary>
    /// <exception cref="IOException">Space is missing.</exception>
    public PhotoEntry Append(UInt128 key, ScaledImage photo)
    {
        ReadOnlySpan<byte> pixels = photo.Pixels.Pixels;
        RandomAccess.Write(handle, pixels, Length);
        var entry = new PhotoEntry(this, Length, photo.Frame, XxHash64.HashToUInt64(pixels));
        index.Add((key, entry));
        Length += pixels.Length;
        return entry;
    }

    /// <summary>Writes the index and gives the file its name; from then on it is read only.</summary>
    /// <exception cref="IOException">Space is missing.</exception>
    public void End()
    {
        var end = new byte[index.Count * EntryBytes + TrailerBytes];
        foreach (var (i, (key, entry)) in index.Index()) Write(end.AsSpan(i * EntryBytes), key, entry);
        var trailer = end.AsSpan(index.Count * EntryBytes);
        BinaryPrimitives.WriteInt64LittleEndian(trailer, Length);
        BinaryPrimitives.WriteInt32LittleEndian(trailer[8..], index.Count);
        BinaryPrimitives.WriteUInt64LittleEndian(trailer[12..], XxHash64.HashToUInt64(end.AsSpan(0, end.Length - 16)));
        Magic.CopyTo(trailer[20..]);
        RandomAccess.Write(handle, end, Length);
        Length += end.Length;
        attempt!.Commit();
        attempt.Dispose();
        attempt = null;
        handle = OpenToRead(Path);
    }

    /// <summary>The picture of an entry, the caller's to dispose; null where its bytes are not those that were written.</summary>
    public ScaledImage? Read(PhotoEntry entry)
    {
        var (columns, rows) = (entry.Frame.Columns, entry.Frame.Rows);
        var image = new RgbImage(columns, rows);
        if (ReadAt(image.Pixels, entry.Offset) && XxHash64.HashToUInt64(image.Pixels) == entry.Hash) return new(image, entry.Frame);
        image.Dispose();
        return null;
    }

    /// <summary>Closes it; what was not ended is removed.</summary>
    public void Dispose()
    {
        attempt?.Dispose();
        handle.Dispose();
    }

    private static ReadOnlySpan<byte> Magic => "JANPHOT1"u8;

    private static SafeFileHandle OpenToRead(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);

    private static void Write(Span<byte> to, UInt128 key, PhotoEntry entry)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(to, key);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], entry.Offset);
        BinaryPrimitives.WriteInt32LittleEndian(to[24..], entry.Frame.Width);
        BinaryPrimitives.WriteInt32LittleEndian(to[28..], entry.Frame.Height);
        BinaryPrimitives.WriteInt32LittleEndian(to[32..], entry.Frame.Reduction | (entry.Frame.FromRight ? 256 : 0) | (entry.Frame.FromBottom ? 512 : 0));
        BinaryPrimitives.WriteUInt64LittleEndian(to[36..], entry.Hash);
    }

    private bool ReadIndex()
    {
        Length = RandomAccess.GetLength(handle);
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        if (Length < TrailerBytes || !ReadAt(trailer, Length - TrailerBytes) || !trailer[20..].SequenceEqual(Magic)) return false;
        var (from, count) = (BinaryPrimitives.ReadInt64LittleEndian(trailer), BinaryPrimitives.ReadInt32LittleEndian(trailer[8..]));
        if (count < 0 || from < 0 || from + (long)count * EntryBytes + TrailerBytes != Length) return false;
        var end = new byte[count * EntryBytes + TrailerBytes];
        if (!ReadAt(end, from) || XxHash64.HashToUInt64(end.AsSpan(0, end.Length - 16)) != BinaryPrimitives.ReadUInt64LittleEndian(trailer[12..])) return false;
        for (var i = 0; i < count; i++)
        {
            var at = end.AsSpan(i * EntryBytes, EntryBytes);
            var kind = BinaryPrimitives.ReadInt32LittleEndian(at[32..]);
            var frame = new PhotoFrame(BinaryPrimitives.ReadInt32LittleEndian(at[24..]), BinaryPrimitives.ReadInt32LittleEndian(at[28..]), kind & 255, (kind & 256) != 0, (kind & 512) != 0);
            index.Add((BinaryPrimitives.ReadUInt128LittleEndian(at), new(this, BinaryPrimitives.ReadInt64LittleEndian(at[16..]), frame, BinaryPrimitives.ReadUInt64LittleEndian(at[36..]))));
        }
        return true;
    }

    private bool ReadAt(Span<byte> target, long offset)
    {
        var done = 0;
        while (done < target.Length && RandomAccess.Read(handle, target[done..], offset + done) is var more and > 0) done += more;
        return done == target.Length;
    }
}
