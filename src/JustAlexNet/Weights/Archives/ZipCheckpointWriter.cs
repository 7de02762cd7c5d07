using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using JustAlexNet.Weights.Pickling;

namespace JustAlexNet.Weights.Archives;

/// <summary>Writes PyTorch's zip format: nothing compressed, no times, so that equal values give equal bytes.</summary>
internal static class ZipCheckpointWriter
{
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes the archive; tensors go one by one from their native memory to the file.</summary>
    public static void Write(Stream file, Pickler pickler)
    {
        using var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
        var content = new XxHash3();
        content.Append(pickler.Pickle);

        Add(archive, "data.pkl", pickler.Pickle);
        Add(archive, "byteorder", BitConverter.IsLittleEndian ? "little"u8 : "big"u8);
        for (var i = 0; i < pickler.Storages.Count; i++) AddStorage(archive, i, pickler.Storages[i], content);
        Add(archive, "version", "3\n"u8);

        // PyTorch writes 40 digits here, two hashes of 20: of the names and of the contents.
        var identity = string.Create(CultureInfo.InvariantCulture, $"{XxHash3.HashToUInt64(pickler.Pickle):D20}{content.GetCurrentHashAsUInt64():D20}");
        Add(archive, ".data/serialization_id", System.Text.Encoding.ASCII.GetBytes(identity));
    }

    private static void Add(ZipArchive archive, string name, ReadOnlySpan<byte> bytes)
    {
        using var entry = Open(archive, name);
        entry.Write(bytes);
    }

    private static void AddStorage(ZipArchive archive, int key, object tensor, XxHash3 content)
    {
        using var entry = Open(archive, string.Create(CultureInfo.InvariantCulture, $"data/{key}"));
        using var flat = TensorBytes.Flat(tensor);
        foreach (var piece in TensorBytes.Pieces(flat))
        {
            using (piece)
            {
                var bytes = piece.bytes;
                content.Append(bytes);
                entry.Write(bytes);
            }
        }
    }

    private static Stream Open(ZipArchive archive, string name)
    {
        var entry = archive.CreateEntry("archive/" + name, CompressionLevel.NoCompression);
        entry.LastWriteTime = NoTime;
        return entry.Open();
    }
}
