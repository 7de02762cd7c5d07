using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using JustAlexNet.Serving.Grpc.Protocol;

namespace JustAlexNet.Bench.Load;

/// <summary>A gRPC call as the bytes of one HTTP/2 connection, written by hand so that any of them can be wrong (RFC 9113, RFC 7541 without compression).</summary>
internal static class Http2Call
{
    private const string Method = "/inference.GRPCInferenceService/ModelInfer";
    private const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, GoAway = 7, EndStream = 1, EndHeaders = 4;
    private const int FrameHead = 9, LargestFrame = 16_384;

    /// <summary>What begins every connection: the preface and settings of none.</summary>
    public static byte[] Beginning { get; } = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, [])];

    /// <summary>A photo's ModelInfer, in <c>bytes_contents</c>.</summary>
    public static byte[] Message(string model, byte[] photo) => new ModelInferRequest
    {
        ModelName = model,
        Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "pictures", Datatype = "BYTES", Shape = { 1 }, Contents = new() { BytesContents = { ByteString.CopyFrom(photo) } } } },
    }.ToByteArray();

    /// <summary>A message behind its length, as gRPC has it.</summary>
    public static byte[] Framed(byte[] message) => [0, .. BigEndian(message.Length), .. message];

    /// <summary>The whole connection of one call: its beginning, its head, its body.</summary>
    /// <param name="body">A framed message.</param>
    /// <param name="changed">Changes the block of headers; null: as it should be.</param>
    public static byte[] Bytes(byte[] body, Func<byte[], byte[]>? changed = null)
    {
        byte[] block = [.. Header(":method", "POST"), .. Header(":scheme", "http"), .. Header(":path", Method), .. Header(":authority", "localhost"), .. Header("content-type", "application/grpc"), .. Header("te", "trailers"), .. Header("grpc-timeout", "900m"), .. Header("authorization", "Bearer none")];
        var head = Frame(Headers, EndHeaders, 1, changed?.Invoke(block) ?? block);
        var parts = body.Chunk(LargestFrame).ToList();
        return [.. Beginning, .. head, .. parts.SelectMany((part, i) => Frame(Data, i == parts.Count - 1 ? EndStream : (byte)0, 1, part))];
    }

    /// <summary>Sends such bytes and reads until the call is over.</summary>
    /// <returns>gRPC's status as a number; else <c>reset</c>, <c>goaway</c> (with the connection's end), <c>cut</c>, or <c>open</c>: nothing came within the patience.</returns>
    public static async Task<string> SendAsync(Uri address, byte[] bytes, TimeSpan patience)
    {
        using var socket = new TcpClient();
        using var enough = new CancellationTokenSource(patience);
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, enough.Token);
            var stream = socket.GetStream();
            var sending = stream.WriteAsync(bytes, enough.Token).AsTask();
            var end = await ReadAsync(stream, enough.Token);
            await sending;
            return end;
        }
        catch (OperationCanceledException)
        {
            return "open";
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return "cut";
        }
    }

    private static async Task<string> ReadAsync(NetworkStream stream, CancellationToken stop)
    {
        var head = new byte[FrameHead];
        var status = "";
        while (true)
        {
            if (await stream.ReadAtLeastAsync(head, FrameHead, throwOnEndOfStream: false, stop) < FrameHead) return status.Length > 0 ? status : "cut";
            var payload = new byte[head[0] << 16 | head[1] << 8 | head[2]];
            await stream.ReadExactlyAsync(payload, stop);
            switch (head[3])
            {
                case Headers:
                    if (StatusOf(payload) is { } said) status = said;
                    if ((head[4] & EndStream) != 0) return status.Length > 0 ? status : "none";
                    break;
                case Reset: return status.Length > 0 ? status : "reset";
                case GoAway: return status.Length > 0 ? status : "goaway";
            }
        }
    }

    // Kestrel writes names and values as they are, and every connection is new: nothing stands for them yet.
    private static string? StatusOf(byte[] block)
    {
        var name = "grpc-status"u8;
        var at = block.AsSpan().IndexOf(name);
        return at < 0 || at + name.Length + 1 >= block.Length ? null : Encoding.ASCII.GetString(block, at + name.Length + 1, Math.Min(block[at + name.Length], block.Length - at - name.Length - 1));
    }

    private static byte[] Frame(byte kind, byte flags, int stream, byte[] payload) => [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, kind, flags, .. BigEndian(stream), .. payload];

    // A literal without indexing; names and values are shorter than 127 bytes.
    private static byte[] Header(string name, string value) => [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    private static byte[] BigEndian(int number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
