using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>Reads whole numbers out of a MATLAB file of version 5 (<c>save -v6</c> or <c>-v7</c>, little-endian): the numeric arrays at its top, nothing else.</summary>
/// <remarks>Source: MAT-File Format, MathWorks, chapter 1. Files of other versions (4, and 7.3, which is HDF5) are refused.</remarks>
internal static class MatFile
{
    private const int HeaderBytes = 128, MostBytes = 64 << 20;
    private const int Int8 = 1, UInt8 = 2, Int16 = 3, UInt16 = 4, Int32 = 5, UInt32 = 6, Single = 7, Double = 9, Matrix = 14, Compressed = 15;

    /// <summary>The arrays by name, their values column by column; those that are not numeric, or hold a number that is none of 32 bits, are left out.</summary>
    /// <exception cref="DataException">It is no such file, or damaged.</exception>
    public static IReadOnlyDictionary<string, int[]> Read(string path)
    {
        var arrays = new Dictionary<string, int[]>();
        try
        {
            if (new FileInfo(path).Length > MostBytes) throw new InvalidDataException($"it is larger than {MostBytes >> 20} MiB");
            ReadOnlySpan<byte> file = File.ReadAllBytes(path);
            if (file.Length < HeaderBytes || !file[124..128].SequenceEqual("\0\x01IM"u8)) throw new InvalidDataException("it does not begin as a MATLAB file of version 5, little-endian");
            for (var rest = file[HeaderBytes..]; rest.Length > 0;)
            {
                var element = Next(ref rest);
                if (element.Kind == Compressed)
                {
                    ReadOnlySpan<byte> inner = Inflated(element.Data);
                    element = Next(ref inner);
                }
                if (element.Kind == Matrix && Array(element.Data) is var (name, values)) arrays[name] = values;
            }
            return arrays;
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            throw new DataException($"cannot read {PrintableText.Of(path)}: {(fault is ArgumentOutOfRangeException ? "it is damaged or cut off" : fault.Message.TrimEnd('.'))}.\nFetch it anew.", path, fault);
        }
    }

    private ref struct Element
    {
        public int Kind;
        public ReadOnlySpan<byte> Data;
    }

    // A tag of 8 bytes, kind and length, then the data up to a multiple of 8; or all in 8 where there are at most 4 bytes of data.
    private static Element Next(scoped ref ReadOnlySpan<byte> rest)
    {
        var (kind, bytes) = (BinaryPrimitives.ReadUInt32LittleEndian(rest), 0);
        if (kind >> 16 is > 0 and var few)
        {
            var small = new Element { Kind = (int)(kind & 0xFFFF), Data = rest.Slice(4, few <= 4 ? (int)few : throw new InvalidDataException("a small element has more than 4 bytes")) };
            rest = rest[Math.Min(8, rest.Length)..];
            return small;
        }
        bytes = BinaryPrimitives.ReadInt32LittleEndian(rest[4..]);
        var element = new Element { Kind = (int)kind, Data = rest.Slice(8, bytes) };
        rest = rest[Math.Min(rest.Length, 8 + (kind == Compressed ? bytes : (bytes + 7) / 8 * 8))..];
        return element;
    }

    private static byte[] Inflated(ReadOnlySpan<byte> data)
    {
        using var zlib = new ZLibStream(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
        using var all = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int read; (read = zlib.Read(buffer)) > 0;)
        {
            all.Write(buffer, 0, read);
            if (all.Length > MostBytes) throw new InvalidDataException($"it unpacks to more than {MostBytes >> 20} MiB");
        }
        return all.ToArray();
    }

    private static (string Name, int[] Values)? Array(ReadOnlySpan<byte> matrix)
    {
        var flags = Next(ref matrix).Data;
        if (flags.Length < 2) throw new InvalidDataException("an array has no flags");
        if (flags[0] is < 6 or > 13 || (flags[1] & 0x08) != 0) return null;        // no numbers, or complex ones
        _ = Next(ref matrix);       // rows and columns
        var name = Encoding.ASCII.GetString(Next(ref matrix).Data);
        var numbers = Next(ref matrix);
        var size = numbers.Kind switch { Int8 or UInt8 => 1, Int16 or UInt16 => 2, Int32 or UInt32 or Single => 4, Double => 8, _ => 0 };
        if (size == 0) return null;
        var values = new int[numbers.Data.Length / size];
        for (var i = 0; i < values.Length; i++)
        {
            var value = Number(numbers.Kind, numbers.Data[(i * size)..]);
            if (value != (int)value) return null;
            values[i] = (int)value;
        }
        return (name, values);
    }

    private static double Number(int kind, ReadOnlySpan<byte> data) => kind switch
    {
        Int8 => (sbyte)data[0],
        UInt8 => data[0],
        Int16 => BinaryPrimitives.ReadInt16LittleEndian(data),
        UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(data),
        Int32 => BinaryPrimitives.ReadInt32LittleEndian(data),
        UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(data),
        Single => BinaryPrimitives.ReadSingleLittleEndian(data),
        _ => BinaryPrimitives.ReadDoubleLittleEndian(data),
    };
}
