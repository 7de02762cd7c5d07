using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using JustAlexNet.Imaging;
using JustAlexNet.Onnx;
using JustAlexNet.TestSupport;
using Microsoft.Extensions.Logging;

namespace JustAlexNet.Serving.Http.Tests;

/// <summary>A real server on free ports with a small model, and a client.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const int Side = 16;
    public static readonly string[] Classes = ["red", "green", "蓝"];

    private readonly Scratch scratch;

    private TestServer(Scratch scratch, ServingHost host, LogLines log)
    {
        (this.scratch, Host, Log) = (scratch, host, log);
        Client = new HttpClient { BaseAddress = host.Address };
        Client.DefaultRequestHeaders.ExpectContinue = false;
    }

    public ServingHost Host { get; }

    public HttpClient Client { get; }

    public LogLines Log { get; }

    public string File => Path.Combine(scratch.Folder, "small.onnx");

    /// <summary>Photos of the checkout, JPEG.</summary>
    public static IReadOnlyList<string> Photos { get; } = [.. Directory.EnumerateFiles(Repository.At("samples", "clothing-mini", "val"), "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public static string Png => Repository.At("samples", "test.png");

    /// <param name="http">Ports are replaced by free ones.</param>
    /// <param name="serving">Null for the defaults.</param>
    /// <param name="scratch">Where the model is written; freed with the server.</param>
    /// <param name="others">Names of further models, each like the first.</param>
    public static async Task<TestServer> StartAsync(HttpOptions? http = null, ServingOptions? serving = null, Scratch? scratch = null, params string[] others)
    {
        scratch ??= new Scratch();
        var file = WriteModel(scratch.At("small.onnx"));
        var log = new LogLines();
        var host = await ServingHost.StartAsync([file, .. others.Select(name => WriteModel(scratch.At($"{name}.onnx")))], directory: null, serving ?? new(), (http ?? new()) with { HttpPort = 0, GrpcPort = http?.TlsCertificate is null ? 0 : http.GrpcPort, MetricsPort = 0 }, logging => logging.AddProvider(log));
        return new(scratch, host, log);
    }

    /// <summary>A network whose three logits are the means of the channels, with names and preprocessing.</summary>
    public static string WriteModel(string path)
    {
        var preprocessing = JsonSerializer.Serialize(Preprocessing.Squash(Side).ToDictionary());
        using var file = new FileStream(path, FileMode.Create);
        file.Write(System.IO.File.ReadAllBytes(Repository.At("tests", "Shared", "channel-means.onnx")));
        // Messages one behind the other are one message: ModelProto.metadata_props (14), key (1) and value (2).
        foreach (var (key, value) in new[] { (OnnxMetadata.ClassesKey, JsonSerializer.Serialize(Classes)), (OnnxMetadata.PreprocessingKey, preprocessing) })
            file.Write(Field(14, [.. Field(1, Encoding.UTF8.GetBytes(key)), .. Field(2, Encoding.UTF8.GetBytes(value))]));
        return path;
    }

    /// <summary>Sends a request and reads the whole answer.</summary>
    public async Task<Reply> SendAsync(HttpMethod method, string address, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(Host.Address, address)) { Content = content };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Client.SendAsync(request);
        return await Reply.OfAsync(response);
    }

    public Task<Reply> GetAsync(string address, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, address, null, headers);

    public Task<Reply> PostAsync(string address, HttpContent content, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Post, address, content, headers);

    public Task<Reply> PostJsonAsync(string address, string json, params (string Name, string Value)[] headers) => PostAsync(address, new StringContent(json, Encoding.UTF8, "application/json"), headers);

    public static ByteArrayContent Picture(string path, string type = "image/jpeg") => Bytes(System.IO.File.ReadAllBytes(path), type);

    public static ByteArrayContent Bytes(byte[] bytes, string type = "application/octet-stream")
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return content;
    }

    public static MultipartFormDataContent Form(params string[] paths)
    {
        var form = new MultipartFormDataContent();
        foreach (var (i, path) in paths.Index()) form.Add(Picture(path), $"file{i}", Path.GetFileName(path));
        return form;
    }

    /// <summary>A connection on which a test writes by hand.</summary>
    public async Task<RawConnection> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(Host.Address.Host, Host.Address.Port);
        return new(client);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
        scratch.Dispose();
    }

    private static byte[] Field(int number, byte[] bytes) => [.. Varint((uint)(number << 3 | 2)), .. Varint((uint)bytes.Length), .. bytes];

    private static byte[] Varint(uint value) => value < 128 ? [(byte)value] : [(byte)(value | 128), .. Varint(value >> 7)];
}

/// <summary>An answer, read.</summary>
internal sealed record Reply(int Status, byte[] Body, IReadOnlyDictionary<string, string> Headers)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>The text of an error in the one form that errors have.</summary>
    public string Error
    {
        get
        {
            var only = Assert.Single(Json.EnumerateObject());
            Assert.Equal("error", only.Name);
            Assert.StartsWith("application/json", Headers["Content-Type"], StringComparison.Ordinal);
            return only.Value.GetString()!;
        }
    }

    public void IsRefused(int status, string part)
    {
        Assert.Equal(status, Status);
        Assert.Contains(part, Error, StringComparison.Ordinal);
    }

    public static async Task<Reply> OfAsync(HttpResponseMessage response) => new((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(),
        response.Headers.Concat(response.Content.Headers).ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
}

/// <summary>HTTP written by hand.</summary>
internal sealed class RawConnection(TcpClient client) : IDisposable
{
    private readonly NetworkStream stream = client.GetStream();

    public Task WriteAsync(string text) => WriteAsync(Encoding.Latin1.GetBytes(text));

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes) => await stream.WriteAsync(bytes);

    /// <summary>What comes until the server closes the connection.</summary>
    /// <param name="patience">Ends it too: the server may wait for more.</param>
    public async Task<string> ReadToEndAsync(TimeSpan? patience = null)
    {
        using var enough = new CancellationTokenSource(patience ?? TimeSpan.FromMinutes(1));
        using var all = new MemoryStream();
        try
        {
            await stream.CopyToAsync(all, enough.Token);
        }
        catch (Exception e) when (e is IOException || (e is OperationCanceledException && patience is not null))
        {
            // reset instead of closed, or open still
        }
        return Encoding.Latin1.GetString(all.ToArray());
    }

    /// <summary>What comes up to the end of the head.</summary>
    public async Task<string> ReadHeadAsync()
    {
        var (head, one) = (new StringBuilder(), new byte[1]);
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) > 0) head.Append((char)one[0]);
        return head.ToString();
    }

    public void Dispose() => client.Dispose();
}

/// <summary>What was logged, in words.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly List<string> lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (lines) return [.. lines];
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (lines) lines.Add($"{logLevel} {formatter(state, exception)} {exception}".Trim());
    }

    public void Dispose()
    {
    }
}
