using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace JustAlexNet.TestSupport;

/// <summary>An http server on this machine that answers by a script: one answer a connection, the last one again and again. It can lie as no real server library lets one.</summary>
internal sealed class LocalServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Task loop;
    private readonly List<string> requests = [];

    public LocalServer(params Func<Request, Stream, Task>[] answers)
    {
        listener.Start();
        loop = Task.Run(() => ServeAsync(answers));
    }

    public string Address => At("weights.pth");

    /// <summary>The address of a file.</summary>
    public string At(string path) => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/{path}";

    /// <summary>The requests so far: path, and the range asked for.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (requests) return [.. requests];
        }
    }

    /// <summary>All of it, or the part asked for.</summary>
    public static Func<Request, Stream, Task> File(byte[] content) => (request, stream) => request.From is { } from
        ? SendAsync(stream, "206 Partial Content", content[from..], $"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}\r\n")
        : SendAsync(stream, "200 OK", content);

    /// <summary>All of it, or the part asked for where that is of this version.</summary>
    public static Func<Request, Stream, Task> Version(byte[] content, string tag) => (request, stream) => request.From is { } from && request.IfRange == tag
        ? SendAsync(stream, "206 Partial Content", content[from..], $"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}\r\nETag: {tag}\r\n")
        : SendAsync(stream, "200 OK", content, $"ETag: {tag}\r\n");

    /// <summary>By the name asked for; what is not here is 404.</summary>
    public static Func<Request, Stream, Task> Files(IReadOnlyDictionary<string, byte[]> contents) => (request, stream) =>
        contents.TryGetValue(request.Path.TrimStart('/'), out var content) ? File(content)(request, stream) : Status("404 Not Found")(request, stream);

    /// <summary>All of it, whatever is asked for.</summary>
    public static Func<Request, Stream, Task> WholeFile(byte[] content) => (_, stream) => SendAsync(stream, "200 OK", content);

    /// <summary>Says that it has the file, sends so much of it and closes the connection.</summary>
    public static Func<Request, Stream, Task> CutOff(byte[] content, int after, string? tag = null) => (_, stream) => SendAsync(stream, "200 OK", content[..after], tag is null ? "" : $"ETag: {tag}\r\n", content.Length);

    /// <summary>Sends so much and then nothing more, keeping the connection.</summary>
    public static Func<Request, Stream, Task> Stall(byte[] content, int after) => async (_, stream) =>
    {
        await SendAsync(stream, "200 OK", content[..after], length: content.Length);
        await Task.Delay(TimeSpan.FromSeconds(20));
    };

    /// <summary>Sends without saying how much will come.</summary>
    public static Func<Request, Stream, Task> WithoutLength(byte[] content) => (_, stream) => SendAsync(stream, "200 OK", content, length: -1);

    public static Func<Request, Stream, Task> Redirect(string to) => (_, stream) => SendAsync(stream, "302 Found", [], $"Location: {to}\r\n");

    public static Func<Request, Stream, Task> Status(string status) => (_, stream) => SendAsync(stream, status, "no"u8.ToArray());

    public void Dispose()
    {
        stop.Cancel();
        listener.Stop();
        listener.Dispose();
        loop.Wait(TimeSpan.FromSeconds(5));
        stop.Dispose();
    }

    private async Task ServeAsync(Func<Request, Stream, Task>[] answers)
    {
        for (var served = 0; !stop.IsCancellationRequested; served++)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync(stop.Token);
                using var stream = client.GetStream();
                var request = Parse(await HeadAsync(stream));
                lock (requests) requests.Add(request.From is { } from ? $"{request.Path} from {from}" : request.Path);
                await answers[Math.Min(served, answers.Length - 1)](request, stream).WaitAsync(stop.Token);
                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
                // The client hung up, or the test is over.
            }
        }
    }

    private static async Task<string> HeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) == 1) head.Append((char)one[0]);
        return head.ToString();
    }

    private static Request Parse(string head)
    {
        var lines = head.Split("\r\n");
        var range = lines.FirstOrDefault(line => line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase));
        var condition = lines.FirstOrDefault(line => line.StartsWith("If-Range: ", StringComparison.OrdinalIgnoreCase));
        return new(lines[0].Split(' ').ElementAtOrDefault(1) ?? "", range is null ? null : int.Parse(range["Range: bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture), condition?["If-Range: ".Length..]);
    }

    private static async Task SendAsync(Stream stream, string status, byte[] body, string headers = "", long? length = null)
    {
        var said = length is -1 ? "" : $"Content-Length: {length ?? body.Length}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{said}{headers}Connection: close\r\n\r\n"));
        await stream.WriteAsync(body);
        await stream.FlushAsync();
    }
}

/// <summary>What a client asked for.</summary>
internal sealed record Request(string Path, int? From, string? IfRange);
