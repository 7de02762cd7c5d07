using System.IO.Compression;
using System.Text;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Weights.Tests;

/// <summary>Pickles and archives that no <c>torch.save</c> would write.</summary>
internal static class HandMade
{
    /// <summary>A pickle put together of opcodes and arguments: characters are bytes (Latin-1).</summary>
    public static byte[] Pickle(string opcodes) => Encoding.Latin1.GetBytes("\u0080\u0002" + opcodes);

    /// <summary>BINUNICODE.</summary>
    public static string Text(string ascii) => $"X{(char)ascii.Length}\0\0\0{ascii}";

    /// <summary>A tensor of float32 in storage 0; sizes and strides are opcodes that push two tuples.</summary>
    public static string Tensor(string elements, string offset, string sizesAndStrides) =>
        $"ctorch._utils\n_rebuild_tensor_v2\n(({Text("storage")}ctorch\nFloatStorage\n{Text("0")}{Text("cpu")}{elements}tQ{offset}{sizesAndStrides}\u0089ccollections\nOrderedDict\n)RtR";

    /// <summary>A checkpoint around a pickle, with one storage of the float32 numbers 0, 1, ...</summary>
    public static string Checkpoint(Scratch scratch, byte[] pickle, int numbers = 4, string byteOrder = "little") =>
        Zip(scratch, CompressionLevel.NoCompression, ("made/data.pkl", pickle), ("made/byteorder", Encoding.ASCII.GetBytes(byteOrder)),
            ("made/data/0", Enumerable.Range(0, numbers).SelectMany(i => BitConverter.GetBytes((float)i)).ToArray()), ("made/version", "3\n"u8.ToArray()));

    /// <summary>A zip archive.</summary>
    public static string Zip(Scratch scratch, CompressionLevel level, params (string Name, byte[] Content)[] entries)
    {
        var path = scratch.At("made.pth");
        using var archive = new ZipArchive(File.Create(path), ZipArchiveMode.Create);
        foreach (var (name, content) in entries)
        {
            using var entry = archive.CreateEntry(name, level).Open();
            entry.Write(content);
        }

        return path;
    }
}
