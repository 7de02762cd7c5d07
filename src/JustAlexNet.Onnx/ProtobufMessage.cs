using System.Buffers;
using System.Text;

namespace JustAlexNet.Onnx;

/// <summary>A message in Protocol Buffers' wire format, as far as ONNX needs it: whole numbers, texts, bytes, messages.</summary>
internal sealed class ProtobufMessage
{
    private const int Varint = 0, Delimited = 2;

    private readonly ArrayBufferWriter<byte> bytes = new();

    public ProtobufMessage Number(int field, long value)
    {
        Write((ulong)(field << 3 | Varint));
        Write((ulong)value);
        return this;
    }

    public ProtobufMessage Bytes(int field, ReadOnlySpan<byte> value)
    {
        Write((ulong)(field << 3 | Delimited));
        Write((ulong)value.Length);
        bytes.Write(value);
        return this;
    }

    public ProtobufMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtobufMessage Message(int field, ProtobufMessage value) => Bytes(field, value.bytes.WrittenSpan);

    public void WriteTo(Stream target) => target.Write(bytes.WrittenSpan);

    private void Write(ulong value)
    {
        for (; value >= 0x80; value >>= 7) bytes.Write([(byte)(value | 0x80)]);
        bytes.Write([(byte)value]);
    }
}
