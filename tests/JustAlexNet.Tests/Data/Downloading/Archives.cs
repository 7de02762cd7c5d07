using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace JustAlexNet.Data.Tests;

/// <summary>Archives in memory, as honest or as hostile as their entries.</summary>
internal static class Archives
{
    public static byte[] Zip(params (string Name, byte[] Content)[] entries) => Zip(entries, 0);

    public static byte[] Zip((string Name, byte[] Content)[] entries, int attributes)
    {
        var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in entries)
            {
                var entry = zip.CreateEntry(name);
                entry.ExternalAttributes = attributes;
                using var stream = entry.Open();
                stream.Write(content);
            }
        return memory.ToArray();
    }

    public static byte[] Tar(params (string Name, byte[] Content)[] entries) => Tar([.. entries.Select(entry => File(entry.Name, entry.Content))]);

    public static byte[] Tar(params TarEntry[] entries)
    {
        var memory = new MemoryStream();
        using (var tar = new TarWriter(memory, leaveOpen: true))
            foreach (var entry in entries) tar.WriteEntry(entry);
        return memory.ToArray();
    }

    public static byte[] Gzip(byte[] content)
    {
        var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(content);
        return memory.ToArray();
    }

    public static TarEntry File(string name, byte[] content) => new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) };

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Photos of the sample as entries below a folder: train/dress/1.jpg.</summary>
    public static (string, byte[])[] Photos(string folder, int train = 3, int val = 2) =>
        [.. from part in new[] { (Name: "train", Count: train), (Name: "val", Count: val) }
            from name in new[] { "dress", "hat" }
            from photo in Directory.GetFiles(TestSupport.Repository.At("samples", "clothing-mini", part.Name, name), "*.jpg").Order(StringComparer.Ordinal).Take(part.Count)
            select ($"{folder}{part.Name}/{name}/{Path.GetFileName(photo)}", System.IO.File.ReadAllBytes(photo))];
}
