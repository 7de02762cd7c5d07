using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace JustAlexNet.Weights.Pickling;

/// <summary>Takes an opcode's arguments from a pickle; no length is believed before that many bytes are there.</summary>
internal sealed class PickleCursor(ReadOnlyMemory<byte> pickle, FileFaults faults)
{
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

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
            return _strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw Fault("holds a text that is not UTF-8", e);
        }
    }

    /// <summary>A name up to the end of its line.</summary>
    public ReadOnlySpan<byte> Line()
    {
        var rest = pickle.Span[Position..];
        var end = rest.IndexOf((byte)'\n');
        if (end < 0) throw Fault("holds a name that does not end");
        Position += end + 1;
        return rest[..end];
    }

    public WeightsException Fault(string what, Exception? cause = null) => faults.Damaged($"its pickle {what} (byte {OpcodeAt:N0}).", cause);

    private ReadOnlySpan<byte> Take(long length)
    {
        var left = pickle.Length - Position;
        if (length > left) throw Fault($"ends too early: {length:N0} bytes expected, {left:N0} left");
        var taken = pickle.Span.Slice(Position, (int)length);
        Position += (int)length;
        return taken;
    }
}
