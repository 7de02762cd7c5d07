using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using JustAlexNet.Files;
using JustAlexNet.Imaging;
using JustAlexNet.Weights;

namespace JustAlexNet.Transfer;

/// <summary>Features kept on disk: one file for everything that was ever computed with the same weights, preprocessing and view, whatever data set a picture belongs to.</summary>
/// <remarks>
/// Little-endian: "JANFEAT1", D (int32), then entries of the content's XxHash128 (16 bytes), D float32 values and the XxHash64 of both.
/// A damaged entry, a cut end and a strange head are passed over, so that their features are computed again. Replaced as a whole.
/// </remarks>
internal sealed class FeatureFile(string path, int width)
{
    private static readonly byte[] Magic = "JANFEAT1"u8.ToArray();

    private int EntryLength => 16 + 4 * width + 8;

    /// <summary>Entries that were damaged when the file was last read.</summary>
    public int Damaged { get; private set; }

    /// <summary>The features of the pictures wanted, as far as they are there.</summary>
    public Dictionary<UInt128, float[]> Read(IReadOnlySet<UInt128> wanted)
    {
        var found = new Dictionary<UInt128, float[]>();
        ForEachWhole(entry =>
        {
            var content = BinaryPrimitives.ReadUInt128LittleEndian(entry);
            if (wanted.Contains(content)) found[content] = MemoryMarshal.Cast<byte, float>(entry.Slice(16, 4 * width)).ToArray();
        });
        return found;
    }

    /// <summary>Adds entries; what is there and whole stays.</summary>
    /// <exception cref="WeightsException">Folder, permission or space is missing.</exception>
    public void Add(IReadOnlyDictionary<UInt128, float[]> entries)
    {
        if (entries.Count == 0) return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException($"cannot make the folder {Path.GetDirectoryName(path)}: {WriteFault.Reason(e)}", e) { Path = path };
        }
        FileReplacement.Write(path, file =>
        {
            var buffered = new BufferedStream(file, 1 << 20);      // not disposed: the file is flushed to the disk after this
            buffered.Write(Head());
            ForEachWhole(entry =>
            {
                if (!entries.ContainsKey(BinaryPrimitives.ReadUInt128LittleEndian(entry))) buffered.Write(entry);
            });
            var made = new byte[EntryLength];
            foreach (var (content, values) in entries)
            {
                BinaryPrimitives.WriteUInt128LittleEndian(made, content);
                MemoryMarshal.AsBytes(values.AsSpan()).CopyTo(made.AsSpan(16));
                BinaryPrimitives.WriteUInt64LittleEndian(made.AsSpan(^8), XxHash64.HashToUInt64(made.AsSpan(..^8)));
                buffered.Write(made);
            }
            buffered.Flush();
        });
    }

    private byte[] Head()
    {
        var head = new byte[Magic.Length + 4];
        Magic.CopyTo(head, 0);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(Magic.Length), width);
        return head;
    }

    private delegate void Use(ReadOnlySpan<byte> entry);

    private void ForEachWhole(Use use)
    {
        Damaged = 0;
        if (!File.Exists(path)) return;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 20);
            var head = new byte[Magic.Length + 4];
            if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || !head.AsSpan().SequenceEqual(Head()))
            {
                Damaged = 1;
                return;
            }
            var entry = new byte[EntryLength];
            while (file.ReadAtLeast(entry, entry.Length, throwOnEndOfStream: false) is > 0 and var length)
            {
                if (length == entry.Length && XxHash64.HashToUInt64(entry.AsSpan(..^8)) == BinaryPrimitives.ReadUInt64LittleEndian(entry.AsSpan(^8))) use(entry);
                else Damaged++;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WeightsException($"cannot read the kept features in {path}: {ReadFault.Reason(e, path)}\nRemove the file, name another folder with `cache`, or pass `no_cache`.", e) { Path = path };
        }
    }
}
