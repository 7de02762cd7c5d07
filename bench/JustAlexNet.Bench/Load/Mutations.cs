using System.Net.Sockets;
using System.Text;

namespace JustAlexNet.Bench.Load;

/// <summary>Requests that nobody wrote on purpose: one to four edits each, half of them where the head is.</summary>
internal static class Mutations
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8), PatienceOfCalls = TimeSpan.FromSeconds(3);

    /// <summary>A photo by REST.</summary>
    public static byte[] Request(byte[] photo) => [.. Encoding.ASCII.GetBytes($"POST /v1/classify?topk=2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: image/jpeg\r\nContent-Length: {photo.Length}\r\n\r\n"), .. photo];

    /// <summary>Sends a mutated request.</summary>
    /// <returns>HTTP's status, <c>cut</c>, or <c>broken</c>: an answer that is no HTTP.</returns>
    public static async Task<string> RestAsync(Uri address, byte[] photo, Random random)
    {
        var request = Request(photo);
        var answer = await SendAsync(address, Mutated(request, request.AsSpan().IndexOf("\r\n\r\n"u8) + 600, random));
        return answer.Length == 0 ? "cut" : answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && answer.Length >= 12 ? answer[9..12] : "broken";
    }

    /// <summary>Sends a mutated call: its message, its block of headers, or the connection's bytes.</summary>
    /// <returns>As of <see cref="Http2Call.SendAsync"/>.</returns>
    public static Task<string> GrpcAsync(Uri address, string model, byte[] photo, Random random)
    {
        var message = Http2Call.Message(model, photo);
        return Http2Call.SendAsync(address, random.Next(3) switch
        {
            0 => Http2Call.Bytes(Http2Call.Framed(Mutated(message, 80, random))),
            1 => Http2Call.Bytes(Http2Call.Framed(message), block => Mutated(block, block.Length, random)),
            _ => Mutated(Http2Call.Bytes(Http2Call.Framed(message)), 400, random),
        }, PatienceOfCalls);
    }

    private static byte[] Mutated(byte[] request, int head, Random random)
    {
        var bytes = request.ToList();
        for (var edits = random.Next(1, 5); edits > 0 && bytes.Count > 0; edits--)
        {
            var at = random.Next(2) == 0 ? random.Next(bytes.Count) : random.Next(Math.Min(bytes.Count, head));
            switch (random.Next(4))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.RemoveRange(at, Math.Min(random.Next(1, 60), bytes.Count - at)); break;
                default: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 200), bytes.Count - at))); break;
            }
        }
        return [.. bytes];
    }

    // A request whose end never comes is waited for by the server, within its bounds: a second here.
    private static async Task<string> SendAsync(Uri address, byte[] request)
    {
        using var socket = new TcpClient();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, patience.Token);
            var stream = socket.GetStream();
            await stream.WriteAsync(request, patience.Token);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            return await reader.ReadToEndAsync(patience.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            return "";
        }
    }
}
