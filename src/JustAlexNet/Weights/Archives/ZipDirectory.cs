using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.IO.Hashing;

namespace JustAlexNet.Weights.Archives;

/// <summary>The entries of an archive by name, their lengths believed only as far as the file can hold them.</summary>
internal sealed class ZipDirectory
{
    private const int MaxExpansion = 16;       // weights hardly compress; an archive that grows more is a bomb
    private const long SmallChange = 1 << 16;

    private readonly ZipArchive archive;
    private readonly FileFaults faults;
    private readonly Dictionary<string, ZipArchiveEntry> entries = [];

    public ZipDirectory(ZipArchive archive, long fileLength, FileFaults faults)
    {
        (this.archive, this.faults) = (archive, faults);
        Int128 stored = 0, unpacked = 0;
        foreach (var entry in archive.Entries)
        {
            var name = FileFaults.Printable(entry.FullName);
            if (!entries.TryAdd(entry.FullName, entry)) throw faults.Damaged($"its archive holds '{name}' twice.");
            if (entry.IsEncrypted) throw faults.Unreadable($"its entry '{name}' is encrypted.", "Save it again without a password.");
            stored += entry.CompressedLength;
            unpacked += entry.Length;
        }

        if (stored > fileLength) throw faults.Damaged($"the entries of its archive claim {stored:N0} bytes of a file of {fileLength:N0}.");
        if (unpacked > (Int128)fileLength * MaxExpansion + SmallChange)
            throw faults.Refused($"{unpacked:N0} bytes out of a file of {fileLength:N0} (a zip bomb)");
    }

    public IReadOnlyCollection<string> Names => entries.Keys;

    public bool TryGet(string name, [NotNullWhen(true)] out ZipArchiveEntry? entry) => entries.TryGetValue(name, out entry);

    /// <summary>Reads every entry once and compares its length and CRC-32 with the directory's, and all of them with the archive's SHA-256 where it has one.</summary>
    /// <exception cref="InvalidDataException">An entry cannot be opened or unpacked.</exception>
    public void CheckContents()
    {
        using var digest = ArchiveDigest.Is(archive.Comment) ? new ArchiveDigest() : null;
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        try
        {
            foreach (var entry in archive.Entries) CheckContent(entry, digest, buffer);
            if (digest is not null && digest.Comment != archive.Comment) throw faults.Damaged("its contents do not have the SHA-256 that they were written with.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The content of an entry that has been checked.</summary>
    public byte[] Bytes(string name, long most)
    {
        var entry = entries[name];
        if (entry.Length > most) throw faults.Damaged($"its entry '{FileFaults.Printable(name)}' has {entry.Length:N0} bytes, expected at most {most:N0}.");
        var bytes = new byte[entry.Length];
        using var stream = entry.Open();
        stream.ReadExactly(bytes);
        return bytes;
    }

    private void CheckContent(ZipArchiveEntry entry, ArchiveDigest? digest, byte[] buffer)
    {
        digest?.Begin(entry.FullName, entry.Length);
        var checksum = new Crc32();
        var length = 0L;
        using var stream = entry.Open();
        for (int read; (read = stream.Read(buffer, 0, buffer.Length)) > 0; length += read)
        {
            if (length + read > entry.Length) break;        // an unpacked entry that goes on beyond its length would go on for ever
            checksum.Append(buffer.AsSpan(0, read));
            digest?.Append(buffer.AsSpan(0, read));
        }

        if (length != entry.Length || checksum.GetCurrentHashAsUInt32() != entry.Crc32)
            throw faults.Damaged($"its entry '{FileFaults.Printable(entry.FullName)}' does not have the length and CRC-32 it was written with.");
    }
}
