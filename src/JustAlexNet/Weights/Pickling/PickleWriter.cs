using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace JustAlexNet.Weights.Pickling;

/// <summary>Writes single opcodes with their arguments, all of them known to PyTorch's weights-only reader; keeps the memo of names and texts.</summary>
internal sealed class PickleWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly Dictionary<string, int> _texts = [];
    private readonly Dictionary<(string Module, string Name), int> _globals = [];
    private int _memoized;

    public PickleWriter()
    {
        Op(Opcode.Proto);
        Byte(2);
    }

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

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
        _bytes.Write(bytes);
    }

    public void Number(double value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        Op(Opcode.BinFloat);
        _bytes.Write(bytes);
    }

    public void Text(string value)
    {
        if (_texts.TryGetValue(value, out var place))
        {
            Get(place);
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(value);
        Op(Opcode.BinUnicode);
        Little(bytes.Length, 4);
        _bytes.Write(bytes);
        _texts[value] = Put();
    }

    public void Global(string module, string name)
    {
        if (_globals.TryGetValue((module, name), out var place))
        {
            Get(place);
            return;
        }

        Op(Opcode.Global);
        _bytes.Write(Encoding.ASCII.GetBytes($"{module}\n{name}\n"));
        _globals[(module, name)] = Put();
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
        Place(Opcode.BinPut, Opcode.LongBinPut, _memoized);
        return _memoized++;
    }

    public void Get(int place) => Place(Opcode.BinGet, Opcode.LongBinGet, place);

    private void Place(Opcode small, Opcode large, int place)
    {
        Op(place <= byte.MaxValue ? small : large);
        Little(place, place <= byte.MaxValue ? 1 : 4);
    }

    private void Byte(byte value) => _bytes.Write([value]);

    private void Little(long value, int bytes)
    {
        for (var i = 0; i < bytes; i++) Byte((byte)(value >> (8 * i)));
    }
}
