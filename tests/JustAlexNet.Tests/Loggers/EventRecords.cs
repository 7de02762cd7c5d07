using System.Buffers.Binary;
using System.Text;

namespace JustAlexNet.Loggers.Tests;

/// <summary>One value of an event: a number, a picture or a text under a tag.</summary>
internal sealed record LoggedValue(long Step, double WallTime, string Tag, float? Number, (int Width, int Height, int Colours, byte[] Png)? Picture, string? Text, string? Plugin);

/// <summary>Event files read without the code that wrote them: TFRecord framing, both checksums, and the wire format of protobuf by the published field numbers.</summary>
internal sealed record EventRecords(string? Version, IReadOnlyList<long> Restarts, IReadOnlyList<LoggedValue> Values, IReadOnlyList<double> WallTimes)
{
    /// <summary>Reads a file; every byte must belong to a whole record whose checksums are right.</summary>
    public static EventRecords Read(string path)
    {
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
        var (version, restarts, values, times) = ((string?)null, new List<long>(), new List<LoggedValue>(), new List<double>());
        while (rest.Length > 0)
        {
            Assert.True(rest.Length >= 16, $"{rest.Length} bytes are left over in {path}");
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(rest);
            Assert.Equal(Masked(rest[..8]), BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]));
            var data = rest.Slice(12, length);
            Assert.Equal(Masked(data), BinaryPrimitives.ReadUInt32LittleEndian(rest[(12 + length)..]));
            rest = rest[(16 + length)..];
            var fields = Fields(data.ToArray());
            var (time, step) = (BitConverter.Int64BitsToDouble(Number(fields, 1)), Number(fields, 2));
            Assert.Single(fields, field => field.Number is 3 or 5 or 7);
            times.Add(time);
            if (Bytes(fields, 3) is { } text) version = Encoding.UTF8.GetString(text);
            if (Bytes(fields, 7) is { } session && Number(Fields(session), 1) == 1) restarts.Add(step);
            if (Bytes(fields, 5) is not { } summary) continue;
            foreach (var (_, value) in Fields(summary).Where(field => field.Number == 1)) values.Add(ValueOf(Fields((byte[])value), step, time));
        }
        return new(version, restarts, values, times);
    }

    /// <summary>CRC-32C (Castagnoli) by its table, as RFC 3720 has it.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFFu;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
        }
        return ~crc;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = Checksum(bytes);
        return unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8u);
    }

    private static LoggedValue ValueOf(List<(int Number, object Value)> fields, long step, double time)
    {
        var tag = Encoding.UTF8.GetString(Bytes(fields, 1)!);
        float? number = fields.Any(field => field.Number == 2) ? BitConverter.Int32BitsToSingle((int)Number(fields, 2)) : null;
        (int, int, int, byte[])? picture = Bytes(fields, 4) is { } image && Fields(image) is var parts ? ((int)Number(parts, 2), (int)Number(parts, 1), (int)Number(parts, 3), Bytes(parts, 4)!) : null;
        var (text, plugin) = ((string?)null, (string?)null);
        if (Bytes(fields, 8) is { } tensor)
        {
            var inside = Fields(tensor);
            Assert.Equal(7, Number(inside, 1));                                                     // DT_STRING
            Assert.Equal(1, Number(Fields(Bytes(Fields(Bytes(inside, 2)!), 2)!), 1));               // of one element
            text = Encoding.UTF8.GetString(Bytes(inside, 8)!);
        }
        if (Bytes(fields, 9) is { } metadata) plugin = Encoding.UTF8.GetString(Bytes(Fields(Bytes(Fields(metadata), 1)!), 1)!);
        return new(step, time, tag, number, picture, text, plugin);
    }

    private static byte[]? Bytes(List<(int Number, object Value)> fields, int number) => fields.Where(field => field.Number == number).Select(field => (byte[])field.Value).SingleOrDefault();

    private static long Number(List<(int Number, object Value)> fields, int number) => fields.Where(field => field.Number == number).Select(field => (long)field.Value).SingleOrDefault();

    private static List<(int Number, object Value)> Fields(byte[] message)
    {
        var (fields, at) = (new List<(int, object)>(), 0);
        while (at < message.Length)
        {
            var key = Varint();
            object value = (key & 7) switch
            {
                0 => Varint(),
                1 => BinaryPrimitives.ReadInt64LittleEndian(Take(8)),
                2 => Take((int)Varint()).ToArray(),
                5 => (long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)),
                var other => throw new InvalidDataException($"wire type {other}"),
            };
            fields.Add(((int)(key >> 3), value));
        }
        return fields;

        Span<byte> Take(int count)
        {
            at += count;
            return message.AsSpan(at - count, count);
        }

        long Varint()
        {
            var (value, shift) = (0L, 0);
            for (; ; shift += 7)
            {
                var one = message[at++];
                value |= (long)(one & 127) << shift;
                if (one < 128) return value;
            }
        }
    }
}
