using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace JustAlexNet.Weights.Pickling;

/// <summary>Takes an opcode's arguments from a pickle; no length is believed before that many bytes are there.</summary>
internal sealed class PickleCursor
{
    private const int Chunk = 1 << 16;
    private const int MaxPickle = 256 << 20;
    private const int LongestName = 1 << 12;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly FileFaults faults;
    private readonly Stream? file;
    private ReadOnlyMemory<byte> pickle;

    /// <summary>Reads a pickle that is known from start to end.</summary>
    public PickleCursor(ReadOnlyMemory<byte> pickle, FileFaults faults) => (this.pickle, this.faults) = (pickle, faults);

    /// <summary>Reads pickles at the beginning of a file that goes on otherwise; positions count from the file's start. The file stays the caller's.</summary>
    public PickleCursor(Stream file, FileFaults faults) => (this.file, this.faults) = (file, faults);

    /// <summary>Where the opcode stands whose arguments are being read.</summary>
    public int OpcodeAt { get; private set; }

    /// <summary>The next byte to read.</summary>
    public int Position { get; private set; }

    public byte Opcode()
    {
        OpcodeAt = Position;
        return Byte();
    }

    public byte Byte() => Take(1)[0];

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>A long, or a <see cref="BigInteger"/> where it is larger.</summary>
    public object Long()
    {
        var value = new BigInteger(Take(Byte()));
        return value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;
    }

    public string Text(long length)
    {
        var bytes = Take(length);
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw Fault("holds a text that is not UTF-8", e);
        }
    }

    /// <summary>A name up to the end of its line.</summary>
    public ReadOnlySpan<byte> Line()
    {
        Fetch(Math.Min(Position + LongestName, Limit));
        var rest = pickle.Span[Position..];
        var end = rest.IndexOf((byte)'\n');
        if (end is < 0 or > LongestName) throw Fault("holds a name that does not end");
        Position += end + 1;
        return rest[..end];
    }

    public WeightsException Fault(string what, Exception? cause = null) => faults.Damaged($"its pickle {what} (byte {OpcodeAt:N0}).", cause);

    private ReadOnlySpan<byte> Take(long length)
    {
        var end = Position + length;
        if (end > Limit) throw Fault($"ends too early: {length:N0} bytes expected, {Limit - Position:N0} left");
        Fetch(end);
        var taken = pickle.Span.Slice(Position, (int)length);
        Position += (int)length;
        return taken;
    }

    private long Limit => file is null ? pickle.Length : Math.Min(file.Length, MaxPickle);

    /// <summary>Holds at least so many bytes of a file, which has them; takes twice as many as before, so that a long pickle is not copied for every opcode.</summary>
    private void Fetch(long count)
    {
        if (count <= pickle.Length) return;
        var grown = new byte[Math.Min(Math.Max(count, Math.Max(Chunk, 2L * pickle.Length)), Limit)];
        pickle.CopyTo(grown);
        file!.Position = pickle.Length;
        file.ReadExactly(grown, pickle.Length, grown.Length - pickle.Length);
        pickle = grown;
    }
}
