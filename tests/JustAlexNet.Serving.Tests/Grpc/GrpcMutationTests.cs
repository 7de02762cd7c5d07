using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using Google.Protobuf;
using JustAlexNet.Serving.Http.Tests;

namespace JustAlexNet.Serving.Grpc.Tests;

/// <summary>Messages that no client of gRPC sends, written as HTTP/2 carries them.</summary>
public sealed class GrpcMutationTests
{
    private const int Count = 300;
    private const long Cancel = 8;      // RFC 9113, section 7

    [Fact]
    public async Task Mutated_messages_are_refused_or_answered_and_nobody_else_suffers()
    {
        await using var server = await TestServer.StartAsync(serving: new() { MaxBodyBytes = 1 << 20, RequestTimeout = TimeSpan.FromSeconds(1) });
        var photo = File.ReadAllBytes(TestServer.Png);
        byte[][] seeds = [Calls.Floats().ToByteArray(), Calls.Pictures(photo).ToByteArray(), Calls.Raw(Calls.Request("BYTES", 1), Calls.Framed(photo)).ToByteArray(), Calls.Raw(Calls.Request("FP32", 2, 3, 16, 16), MemoryMarshal.AsBytes(Calls.Tensor.AsSpan()).ToArray()).ToByteArray()];
        using var client = new HttpClient { BaseAddress = server.Host.GrpcAddress };
        using var calls = new Calls(server.Host.GrpcAddress);
        var statuses = new ConcurrentDictionary<string, int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (seed, _) =>
        {
            var random = new Random(seed);
            var framed = Framed(Mutated(seeds[seed % seeds.Length], random), 0);
            if (random.Next(6) == 0) framed[random.Next(5)] ^= (byte)(1 << random.Next(8));
            var (status, message) = await PostAsync(client, framed);
            Assert.False(status is "13" or "2" or "none", $"seed {seed}: {status} {message}");      // INTERNAL, UNKNOWN
            Assert.DoesNotMatch("(?i)exception|   at |/tmp/|System\\.", message);
            statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
            if (seed % 50 == 49) Assert.Equal(Calls.Expected, (await calls.InferAsync(Calls.Floats())).Outputs[0].Contents.Fp32Contents);
        });
        var seen = string.Join(", ", statuses);
        Assert.True(statuses.GetValueOrDefault("0") > 0 && statuses.GetValueOrDefault("3") > 0 && statuses.Count >= 3, seen);     // or the mutations hardly change anything
        for (var i = 0; i < 500 && server.Host.Models.Meter.Admitted > 0; i++) await Task.Delay(10);
        Assert.Equal(0, server.Host.Models.Meter.Admitted);
        var errors = server.Log.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal)).ToList();
        Assert.True(errors.Count == 0, string.Join("\n", errors));
    }

    [Fact]
    public async Task Compressed_message_is_refused_and_not_unpacked()
    {
        await using var server = await TestServer.StartAsync();
        using var client = new HttpClient { BaseAddress = server.Host.GrpcAddress };
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true)) gzip.Write(Calls.Floats().ToByteArray());
        Assert.Equal(("12", "the message is compressed, expected it as it is (grpc-encoding: identity)"), await PostAsync(client, Framed(packed.ToArray(), 1), "gzip"));
        Assert.Equal(1, server.Host.Models.Meter.Rejects["content_encoding"]);
        Assert.Equal("3", (await PostAsync(client, Framed([0xFF, 0xFF], 0))).Status);
        Assert.Equal(1, server.Host.Models.Meter.Rejects["broken_request"]);
    }

    [Fact]
    public async Task Message_that_comes_slowly_loses_its_place_to_another()
    {
        await using var server = await TestServer.StartAsync(serving: new() { QueueLength = 1, MaxPictures = 1 });
        using var client = new HttpClient { BaseAddress = server.Host.GrpcAddress };
        var slow = PostAsync(client, new NeverEnding());
        for (var i = 0; i < 500 && server.Host.Models.Meter.Admitted == 0; i++) await Task.Delay(10);
        await Task.Delay(BodyWatch.Patience + TimeSpan.FromSeconds(0.1));
        using var calls = new Calls(server.Host.GrpcAddress);
        await calls.InferAsync(Calls.Pictures(File.ReadAllBytes(TestServer.Png)));
        string ended;
        try { ended = (await slow).Status; }
        catch (HttpRequestException e) when (e.InnerException is HttpProtocolException { ErrorCode: Cancel }) { ended = "reset"; }
        Assert.Contains(ended, (string[])["4", "reset"]);
        for (var i = 0; i < 500 && server.Host.Models.Meter.Admitted > 0; i++) await Task.Delay(10);
        Assert.Equal((0, 1), (server.Host.Models.Meter.Admitted, server.Host.Models.Meter.Rejects["slow_body"]));
    }

    [Fact]
    public async Task What_is_not_there_is_answered_in_gRPCs_words()
    {
        await using var server = await TestServer.StartAsync();
        using var client = new HttpClient { BaseAddress = server.Host.GrpcAddress };
        foreach (var path in (string[])["/none.Service/None", "/inference.GRPCInferenceService/None"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(Framed([], 0)) };
            request.Content.Headers.ContentType = new("application/grpc");
            using var answer = await client.SendAsync(request);
            Assert.Equal((HttpStatusCode.OK, "12"), (answer.StatusCode, answer.Headers.GetValues("grpc-status").Single()));
        }
    }

    [Fact]
    public async Task Message_that_does_not_come_in_time_ends_the_call()
    {
        await using var server = await TestServer.StartAsync(serving: new() { RequestTimeout = TimeSpan.FromSeconds(0.3) });
        using var client = new HttpClient { BaseAddress = server.Host.GrpcAddress };
        string ended;
        try { ended = (await PostAsync(client, new NeverEnding())).Status; }
        catch (HttpRequestException e) when (e.InnerException is HttpProtocolException { ErrorCode: Cancel }) { ended = "reset"; }      // the server's reset overtook its status in this client
        Assert.Contains(ended, (string[])["4", "reset"]);       // DEADLINE_EXCEEDED
        for (var i = 0; i < 500 && server.Host.Models.Meter.Admitted > 0; i++) await Task.Delay(10);
        Assert.Equal((0, 1), (server.Host.Models.Meter.Admitted, server.Host.Models.Meter.Rejects["slow_body"]));
    }

    private static async Task<(string Status, string Message)> PostAsync(HttpClient client, byte[] body, string? encoding = null)
    {
        using var content = new ByteArrayContent(body);
        return await PostAsync(client, content, encoding);
    }

    private static async Task<(string Status, string Message)> PostAsync(HttpClient client, HttpContent content, string? encoding = null)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/inference.GRPCInferenceService/ModelInfer") { Content = content, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        if (encoding is not null) request.Headers.Add("grpc-encoding", encoding);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await response.Content.LoadIntoBufferAsync();
        var headers = response.Headers.Concat(response.TrailingHeaders).ToLookup(header => header.Key, header => header.Value.First());
        return (headers["grpc-status"].FirstOrDefault("none"), Uri.UnescapeDataString(headers["grpc-message"].FirstOrDefault("")));
    }

    private static byte[] Framed(byte[] message, byte isCompressed) => [isCompressed, (byte)(message.Length >> 24), (byte)(message.Length >> 16), (byte)(message.Length >> 8), (byte)message.Length, .. message];

    private static byte[] Mutated(byte[] message, Random random)
    {
        List<byte> bytes = [.. message];
        for (var edits = random.Next(0, 4); edits > 0 && bytes.Count > 0; edits--)
        {
            var at = random.Next(3) == 0 ? random.Next(bytes.Count) : random.Next(Math.Min(bytes.Count, 60));
            switch (random.Next(5))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.Insert(at, (byte)random.Next(256)); break;
                case 3: bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)); break;
                default: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 200), bytes.Count - at))); break;
            }
        }
        return [.. bytes];
    }

    /// <summary>The beginning of a message, and no more.</summary>
    private sealed class NeverEnding : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync((byte[])[0, 0, 0, 1, 0, 1], cancellationToken);
            await stream.FlushAsync(cancellationToken);
            await Task.Delay(TimeSpan.FromSeconds(5), CancellationToken.None);       // whatever the server answers meanwhile
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override bool TryComputeLength(out long length) => (length = -1) > 0;
    }
}
