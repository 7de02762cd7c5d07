using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>What an archive may become.</summary>
internal sealed record UnpackLimits
{
    /// <summary>Files and folders. Default 5 million.</summary>
    public int MaxEntries { get; init; } = 5_000_000;

    /// <summary>How many times its own size it may unpack to. Default 100: photos hardly shrink, tables and bitmaps do.</summary>
    public double MaxRatio { get; init; } = 100;

    /// <summary>What it may unpack to whatever its size, in bytes. Default 256 MiB.</summary>
    public long FreeBytes { get; init; } = 256 << 20;

    /// <summary>Characters of a path in it. Default 1,000.</summary>
    public int MaxPath { get; init; } = 1000;
}

/// <summary>Unpacks zip and tar archives (tar also in gzip), of which it trusts nothing: files and folders below one folder come out, within limits, and nothing else.</summary>
/// <remarks>
/// Refused are absolute paths and those that lead up, links, devices, a name twice, more entries or bytes than <see cref="UnpackLimits"/> and the free disk allow, and what is cut off or damaged. Permissions, owners
/// and times are not taken over. The kind is told by the content, not by the name.
/// </remarks>
/// <param name="path">The archive.</param>
/// <param name="folder">An empty folder; after an error it holds a part of the archive.</param>
/// <param name="limits">What is allowed.</param>
/// <param name="free">Bytes that may be written to the folder; null: not known.</param>
internal sealed class Archive(string path, string folder, UnpackLimits limits, long? free)
{
    private const int LongestName = 255;       // bytes, on the usual file systems
    private const int LinkMode = 0xA000, ModeMask = 0xF000, ModeShift = 16;

    private readonly HashSet<string> made = [];
    private readonly long length = new FileInfo(path).Length;
    private int entries;
    private long unpacked;

    /// <summary>Unpacks it.</summary>
    /// <param name="progress">Told how many bytes of the archive's are read.</param>
    /// <param name="stop">Ends between entries.</param>
    /// <exception cref="DataException">It is refused, or is no such archive.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public void Unpack(Action<long>? progress, CancellationToken stop)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            Span<byte> head = stackalloc byte[263];
            head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
            file.Position = 0;
            if (head.StartsWith("PK\x03\x04"u8)) UnpackZip(file, progress, stop);
            else if (head is [0x1F, 0x8B, ..])
            {
                using var gzip = new GZipStream(file, CompressionMode.Decompress);
                UnpackTar(gzip, file, progress, stop);
            }
            else if (head.Length == 263 && head[257..262].SequenceEqual("ustar"u8)) UnpackTar(file, file, progress, stop);
            else throw Refusal($"it is neither a zip nor a tar archive{(head.TrimStart("\uFEFF \r\n\t"u8) is [(byte)'<', ..] ? ", but a page for a browser: perhaps one that asks to sign in" : "")}");
        }
        catch (Exception damaged) when (damaged is InvalidDataException or EndOfStreamException or FormatException or OverflowException or InvalidOperationException)       // the last: a tar whose lengths contradict each other
        {
            throw Refusal($"it is damaged or cut off ({damaged.Message.TrimEnd('.')})", damaged);
        }
        if (entries == 0) throw Refusal("it is empty");
    }

    private void UnpackZip(FileStream file, Action<long>? progress, CancellationToken stop)
    {
        using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
        Allow(zip.Entries.Aggregate(0.0, (sum, entry) => sum + entry.Length));      // as it says itself; what comes is counted
        var read = 0L;
        foreach (var entry in zip.Entries)
        {
            stop.ThrowIfCancellationRequested();
            if ((entry.ExternalAttributes >> ModeShift & ModeMask) == LinkMode) throw Refusal($"{Shown(entry.FullName)} is a link");
            if (entry.IsEncrypted) throw Refusal($"{Shown(entry.FullName)} is encrypted");
            if (entry.FullName is [.., '/' or '\\']) Take(entry.FullName, null);
            else
            {
                using var content = new Bounded(this, entry.Open());
                Take(entry.FullName, content);
            }
            progress?.Invoke(read += entry.CompressedLength);
        }
    }

    private void UnpackTar(Stream stream, FileStream file, Action<long>? progress, CancellationToken stop)
    {
        using var tar = new TarReader(new Bounded(this, stream), leaveOpen: true);
        while (tar.GetNextEntry() is { } entry)
        {
            stop.ThrowIfCancellationRequested();
            switch (entry.EntryType)
            {
                case TarEntryType.GlobalExtendedAttributes: break;      // comments, such as git's
                case TarEntryType.Directory: Take(entry.Name, null); break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile: Take(entry.Name, entry.DataStream ?? Stream.Null); break;
                default: throw Refusal($"{Shown(entry.Name)} is {(entry.EntryType is TarEntryType.SymbolicLink or TarEntryType.HardLink ? "a link" : $"no file and no folder ({entry.EntryType})")}");
            }
            progress?.Invoke(file.Position);
        }
    }

    // A file with its content, or a folder.
    private void Take(string name, Stream? content)
    {
        if (++entries > limits.MaxEntries) throw Refusal($"it holds more than {limits.MaxEntries.ToString("N0", CultureInfo.InvariantCulture)} files and folders");
        if (Place(name) is not { } place) return;       // the folder itself
        if (content is null)
        {
            Make(place);
            return;
        }
        Make(Path.GetDirectoryName(place)!);
        if (Path.Exists(place)) throw Refusal($"{Shown(name)} is in it twice, or under two names that this disk takes for one");
        using var file = new FileStream(place, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        content.CopyTo(file, 1 << 16);
    }

    private void Make(string place)
    {
        if (!made.Add(place)) return;
        for (var above = place; above.Length > folder.Length; above = Path.GetDirectoryName(above)!)
            if (File.Exists(above)) throw Refusal($"{Shown(Path.GetRelativePath(folder, above))} is a file in it and a folder");
        Directory.CreateDirectory(place);
    }

    // Where an entry goes; null: the folder itself.
    private string? Place(string name)
    {
        if (name.Length > limits.MaxPath) throw Refusal($"{Shown(name[..60])}... is a path of {name.Length:N0} characters");
        var parts = name.Replace('\\', '/').Split('/');
        if (parts is ["", _, ..] || parts.Contains("..") || name.Contains('\0') || (OperatingSystem.IsWindows() && name.Contains(':'))) throw Refusal($"{Shown(name)} leads out of the folder");
        if (parts.Any(part => Encoding.UTF8.GetByteCount(part) > LongestName)) throw Refusal($"{Shown(name)} has a name of more than {LongestName} bytes");
        List<string> below = [.. parts.Where(part => part is not ("" or "."))];
        return below.Count == 0 ? null : Path.Join([folder, .. below]);
    }

    // Whether so many bytes may come out in all.
    private void Allow(double bytes)
    {
        var most = Math.Max(limits.FreeBytes, limits.MaxRatio * length);
        if (bytes > most) throw Refusal($"it unpacks to more than {Counted.Bytes((long)most)}, itself being {Counted.Bytes(length)}: no photos do");
        if (free is { } room && bytes > room) throw Refusal($"it unpacks to more than the {Counted.Bytes(room)} that are free where it is to go");
    }

    private DataException Refusal(string what, Exception? cause = null) =>
        new($"{PrintableText.Of(path)} is refused: {what}.\nNothing of it was kept. Look whether the address is right, and fetch it anew; what is trusted all the same can be unpacked by hand.", path, cause);

    private static string Shown(string name) => PrintableText.Of(name.Length > 100 ? name[..100] + "..." : name);

    // Counts what comes out: also what no entry owns up to. It can be read once and nothing else, as the contract of Stream has it: what it cannot, throws.
    private sealed class Bounded(Archive archive, Stream inner) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            archive.Allow(archive.unpacked += read);
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
