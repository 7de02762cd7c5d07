using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using JustAlexNet.Weights.Pickling;

namespace JustAlexNet.Weights.Archives;

/// <summary>Writes PyTorch's zip format: nothing compressed, no times, so that equal values give equal bytes; the SHA-256 of the contents as its comment.</summary>
internal static class ZipCheckpointWriter
{
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes the archive; tensors go one by one from their native memory to the file.</summary>
    public static void Write(Stream file, Pickler pickler)
    {
        using var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
        using var digest = new ArchiveDigest();
        var content = new XxHash3();
        content.Append(pickler.Pickle);

        Add(archive, digest, "data.pkl", pickler.Pickle);
        Add(archive, digest, "byteorder", BitConverter.IsLittleEndian ? "little"u8 : "big"u8);
        for (var i = 0; i < pickler.Storages.Count; i++) AddStorage(archive, digest, i, pickler.Storages[i], content);
        Add(archive, digest, "version", "3\n"u8);

        // PyTorch writes 40 digits here, two hashes of 20: of the names and of the contents.
        var identity = string.Create(CultureInfo.InvariantCulture, $"{XxHash3.HashToUInt64(pickler.Pickle):D20}{content.GetCurrentHashAsUInt64():D20}");
        Add(archive, digest, ".data/serialization_id", System.Text.Encoding.ASCII.GetBytes(identity));
        archive.Comment = digest.Comment;
    }

    private static void Add(ZipArchive archive, ArchiveDigest digest, string name, ReadOnlySpan<byte> bytes)
    {
        using var entry = Open(archive, digest, name, bytes.Length);
        digest.Append(bytes);
        entry.Write(bytes);
    }

    private static void AddStorage(ZipArchive archive, ArchiveDigest digest, int key, object tensor, XxHash3 content)
    {
        using var flat = TensorBytes.Flat(tensor);
        using var entry = Open(archive, digest, string.Create(CultureInfo.InvariantCulture, $"data/{key}"), flat.numel() * flat.element_size());
        foreach (var piece in TensorBytes.Pieces(flat))
        {
            using (piece)
            {
                var bytes = piece.bytes;
                content.Append(bytes);
                digest.Append(bytes);
                entry.Write(bytes);
            }
        }
    }

    private static Stream Open(ZipArchive archive, ArchiveDigest digest, string name, long length)
    {
        digest.Begin("archive/" + name, length);
        var entry = archive.CreateEntry("archive/" + name, CompressionLevel.NoCompression);
        entry.LastWriteTime = NoTime;
        return entry.Open();
    }
}
