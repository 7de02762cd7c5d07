using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace JustAlexNet.Weights.Pickling;

/// <summary>Writes single opcodes with their arguments, all of them known to PyTorch's weights-only reader; keeps the memo of names and texts.</summary>
internal sealed class PickleWriter
{
    private readonly ArrayBufferWriter<byte> output = new();
    private readonly Dictionary<string, int> texts = [];
    private readonly Dictionary<(string Module, string Name), int> globals = [];
    private int memoized;

    public PickleWriter()
    {
        Op(Opcode.Proto);
        Byte(2);
    }

    public byte[] ToArray() => output.WrittenSpan.ToArray();

    public void Op(Opcode opcode) => Byte((byte)opcode);

    public void Integer(long value)
    {
        switch (value)
        {
            case >= 0 and <= byte.MaxValue:
                Op(Opcode.BinInt1);
                Byte((byte)value);
                break;
            case >= 0 and <= ushort.MaxValue:
                Op(Opcode.BinInt2);
                Little(value, 2);
                break;
            case >= int.MinValue and <= int.MaxValue:
                Op(Opcode.BinInt);
                Little(value, 4);
                break;
            default:
                Integer((BigInteger)value);
                break;
        }
    }

    public void Integer(BigInteger value)
    {
        var bytes = value.ToByteArray();
        if (bytes.Length > byte.MaxValue) throw new ArgumentException("An integer of more than 255 bytes cannot be written.", nameof(value));
        Op(Opcode.Long1);
        Byte((byte)bytes.Length);
        output.Write(bytes);
    }

    public void Number(double value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        Op(Opcode.BinFloat);
        output.Write(bytes);
    }

    public void Text(string value)
    {
        if (texts.TryGetValue(value, out var place))
        {
            Get(place);
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(value);
        Op(Opcode.BinUnicode);
        Little(bytes.Length, 4);
        output.Write(bytes);
        texts[value] = Put();
    }

    public void Global(string module, string name)
    {
        if (globals.TryGetValue((module, name), out var place))
        {
            Get(place);
            return;
        }

        Op(Opcode.Global);
        output.Write(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));
        globals[(module, name)] = Put();
    }

    public void Tuple(IReadOnlyCollection<long> values)
    {
        if (values.Count > 3) Op(Opcode.Mark);
        foreach (var value in values) Integer(value);
        EndTuple(values.Count);
    }

    /// <summary>Makes a tuple of the values just written; more than three need a mark before them.</summary>
    public void EndTuple(int count) => Op(count switch
    {
        0 => Opcode.EmptyTuple,
        1 => Opcode.Tuple1,
        2 => Opcode.Tuple2,
        3 => Opcode.Tuple3,
        _ => Opcode.Tuple,
    });

    /// <summary>Remembers the value just written and returns its place in the memo.</summary>
    public int Put()
    {
        Place(Opcode.BinPut, Opcode.LongBinPut, memoized);
        return memoized++;
    }

    public void Get(int place) => Place(Opcode.BinGet, Opcode.LongBinGet, place);

    private void Place(Opcode small, Opcode large, int place)
    {
        Op(place <= byte.MaxValue ? small : large);
        Little(place, place <= byte.MaxValue ? 1 : 4);
    }

    private void Byte(byte value) => output.Write([value]);

    private void Little(long value, int bytes)
    {
        for (var i = 0; i < bytes; i++) Byte((byte)(value >> (8 * i)));
    }
}
