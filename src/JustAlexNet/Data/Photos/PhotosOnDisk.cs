using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Hashing;
using JustAlexNet.Files;
using JustAlexNet.Imaging;

namespace JustAlexNet.Data;

/// <summary>See <see cref="PhotoCache.OnDisk"/>: a folder of <see cref="PhotoSegment"/>s, each of one run.</summary>
/// <remarks>A process that is killed loses what it wrote since its last pass or its last full segment, nothing else; the next one removes the leftover.</remarks>
internal sealed class PhotosOnDisk(string folder, long? limit, long segmentBytes = 256L << 20) : PhotoCache
{
    // Counted up when the same key would stand for other pixels.
    private const int Generation = 1;

    private readonly UInt128 decoder = new PhotoForm($"{Generation} {JpegDecoder.Current.Name} {JpegDecoder.Current.Version}").Hash;
    private readonly ReaderWriterLockSlim access = new();      // read: pictures; written: everything else
    private readonly ConcurrentDictionary<string, UInt128> contents = new();
    private readonly Dictionary<UInt128, PhotoEntry> entries = [];
    private readonly List<PhotoSegment> segments = [];
    private PhotoSegment? writing;
    private long room;
    private bool isOpen, isDisposed;
    private string? note;

    public override long Held => Read(() => segments.Sum(segment => segment.Length));

    public override string? Note => note;

    internal override void Begin(string stage) => Change(Open);

    internal override void End() => Change(EndSegment);

    internal override ScaledImage? Find(PhotoFile file, PhotoForm form)
    {
        var key = KeyOf(file, form);
        return Read(() =>
        {
            if (!entries.TryGetValue(key, out var entry)) return null;
            entry.Segment.IsUsed = true;
            return entry.Segment.Read(entry);
        });
    }

    internal override void Keep(PhotoFile file, PhotoForm form, ScaledImage photo)
    {
        if (note is not null) return;
        var key = KeyOf(file, form);
        Change(() =>
        {
            var bytes = photo.Pixels.Pixels.Length;
            if (writing is not null && writing.Length + bytes > segmentBytes) EndSegment();
            if (!MakeRoom(bytes))
            {
                note = $"decoded photos are kept up to {Counted.Bytes(room)} in {folder}; what is beyond that is decoded in every epoch";
                return;
            }
            if (writing is null) segments.Add(writing = PhotoSegment.Begin(Path.Combine(folder, Path.GetRandomFileName() + PhotoSegment.Ending)));
            entries[key] = writing.Append(key, photo);
        });
    }

    public override void Dispose()
    {
        if (isDisposed) return;
        Change(EndSegment);
        isDisposed = true;
        foreach (var segment in segments) segment.Dispose();
        segments.Clear();
        entries.Clear();
        access.Dispose();
    }

    private UInt128 KeyOf(PhotoFile file, PhotoForm form)
    {
        if (!contents.TryGetValue(file.Path, out var content)) contents[file.Path] = content = XxHash128.HashToUInt128(file.Bytes);
        Span<byte> parts = stackalloc byte[48];
        BinaryPrimitives.WriteUInt128LittleEndian(parts, content);
        BinaryPrimitives.WriteUInt128LittleEndian(parts[16..], form.Hash);
        BinaryPrimitives.WriteUInt128LittleEndian(parts[32..], decoder);
        return XxHash128.HashToUInt128(parts);
    }

    private void Open()
    {
        if (isOpen) return;
        isOpen = true;
        Directory.CreateDirectory(folder);
        AtomicFile.RemoveAbandonedIn(folder);
        foreach (var path in Directory.EnumerateFiles(folder, "*" + PhotoSegment.Ending).OrderBy(File.GetLastWriteTimeUtc))
        {
            if (PhotoSegment.Open(path) is not { } segment)
            {
                File.Delete(path);      // not whole, or of another version
                continue;
            }
            segments.Add(segment);
            foreach (var (key, entry) in segment.Index) entries[key] = entry;
        }
        room = limit ?? (segments.Sum(segment => segment.Length) + new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace) / 2;
    }

    private void EndSegment()
    {
        writing?.End();
        writing = null;
    }

    // The oldest first, but nothing that this run has wanted.
    private bool MakeRoom(long bytes)
    {
        var held = segments.Sum(segment => segment.Length);
        while (held + bytes > room && segments.Find(segment => !segment.IsUsed) is { } oldest)
        {
            held -= oldest.Length;
            Forget(oldest);
            File.Delete(oldest.Path);
        }
        return held + bytes <= room;
    }

    private void Forget(PhotoSegment segment)
    {
        foreach (var (key, entry) in segment.Index)
            if (entries.TryGetValue(key, out var known) && known.Segment == segment) entries.Remove(key);
        segments.Remove(segment);
        segment.Dispose();
    }

    private T Read<T>(Func<T> read)
    {
        access.EnterReadLock();
        try
        {
            return read();
        }
        finally
        {
            access.ExitReadLock();
        }
    }

    // A disk that cannot be written to ends the keeping, not the run.
    private void Change(Action change)
    {
        if (isDisposed) return;
        access.EnterWriteLock();
        try
        {
            change();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            note = $"decoded photos are kept no further: cannot write in {folder}: {WriteFault.Reason(e)}";
            if (writing is { } half) Forget(half);
            writing = null;
        }
        finally
        {
            access.ExitWriteLock();
        }
    }
}
