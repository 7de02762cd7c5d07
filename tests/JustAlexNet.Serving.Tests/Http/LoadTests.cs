using System.Collections.Concurrent;
using System.Net.Sockets;
using JustAlexNet.Serving.Grpc.Tests;

namespace JustAlexNet.Serving.Http.Tests;

/// <summary>In short, and by a small network, what <c>campaigns/serve-*.sh</c> do for minutes. Nothing here depends on how fast the machine is.</summary>
public sealed class LoadTests
{
    private const int Callers = 8;

    private static readonly byte[] Photo = File.ReadAllBytes(TestServer.Png);

    [Fact]
    public async Task Overload_is_refused_with_429_and_what_was_let_in_is_answered()
    {
        await using var server = await TestServer.StartAsync(serving: new() { QueueLength = 2, MaxPictures = 2 });
        using var calls = new Calls(server.Host.GrpcAddress);
        var ends = new ConcurrentDictionary<string, int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 600), new ParallelOptions { MaxDegreeOfParallelism = 4 * Callers }, async (i, _) =>
            Count(ends, i % 2 == 0 ? await RestAsync(server) : await GrpcAsync(calls)));
        var seen = string.Join(", ", ends);
        Assert.True(ends.Keys.All(end => end is "200" or "429"), seen);
        Assert.True(ends.ContainsKey("200") && ends.ContainsKey("429"), seen);
        await IsQuietAsync(server);
        Assert.True(ends["200"] == server.Host.Models.Meter.Models.Sum(count => count.Success), $"{seen}; {string.Join(", ", server.Host.Models.Meter.Rejects)}; {string.Join("; ", server.Host.Models.Meter.Models)}");
        Assert.Equal(ends["429"], server.Host.Models.Meter.Rejects["queue_full"]);
        Assert.Equal("200", await RestAsync(server));
    }

    [Fact]
    public async Task Hot_reloads_under_load_fail_no_request()
    {
        await using var server = await TestServer.StartAsync();
        using var calls = new Calls(server.Host.GrpcAddress);
        var (whole, random, isOver, ends) = (File.ReadAllBytes(server.File), new Random(1), false, new ConcurrentDictionary<string, int>());
        Task[] load = [.. Enumerable.Range(0, Callers).Select(i => Task.Run(async () =>
        {
            while (!Volatile.Read(ref isOver)) Count(ends, i % 2 == 0 ? await RestAsync(server) : await GrpcAsync(calls));
        }))];
        for (var i = 0; i < 30; i++)
        {
            var isCut = i % 5 == 4;
            await File.WriteAllBytesAsync(server.File + ".new", isCut ? whole[..random.Next(1, whole.Length / 2)] : whole, TestContext.Current.CancellationToken);
            File.Move(server.File + ".new", server.File, overwrite: true);
            if (isCut) Assert.Equal(ServingFault.BadInput, (await Assert.ThrowsAsync<ServingException>(() => server.Host.Models.LoadAsync("small"))).Fault);
            else await server.Host.Models.LoadAsync("small");
        }
        Volatile.Write(ref isOver, true);
        await Task.WhenAll(load);
        Assert.Equal("200", Assert.Single(ends).Key);
    }

    [Fact]
    public async Task Restarts_under_load_lose_no_request_that_was_let_in()
    {
        for (var restart = 0; restart < 4; restart++)
        {
            await using var server = await TestServer.StartAsync();
            using var calls = new Calls(server.Host.GrpcAddress);
            var (isOver, ends) = (false, new ConcurrentDictionary<string, int>());
            Task[] load = [.. Enumerable.Range(0, Callers).Select(i => Task.Run(async () =>
            {
                while (!Volatile.Read(ref isOver)) Count(ends, i % 2 == 0 ? await RestAsync(server) : await GrpcAsync(calls));
            }))];
            while (ends.GetValueOrDefault("200") < 20 * (restart + 1)) await Task.Delay(1);
            var meter = server.Host.Models.Meter;
            Assert.True(await server.Host.StopAsync());
            Volatile.Write(ref isOver, true);
            await Task.WhenAll(load);
            var seen = string.Join(", ", ends);
            Assert.True(ends.Keys.All(end => end is "200" or "503" or "none"), seen);       // 503 and no connection: it was not let in
            Assert.True(ends["200"] == meter.Models.Sum(count => count.Success), $"{seen}; the server says {meter.Models.Sum(count => count.Success)}");
            Assert.DoesNotContain(server.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("Warning", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Callers_who_hold_connections_and_send_little_harm_nobody()
    {
        const int Most = 8;
        await using var server = await TestServer.StartAsync(new() { MaxConnections = Most });
        using var calls = new Calls(server.Host.GrpcAddress);
        Assert.Equal(("200", "200"), (await RestAsync(server), await GrpcAsync(calls)));       // their connections stand from here on
        byte[][] beginnings = [[], "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n"u8.ToArray(), "POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\nx"u8.ToArray()];
        byte[][] preludes = [[], "PRI * HTTP/2.0\r\n"u8.ToArray(), [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0]];
        var held = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 4 * Most; i++)
            {
                var (address, first) = i % 2 == 0 ? (server.Host.Address, beginnings[i / 2 % 3]) : (server.Host.GrpcAddress, preludes[i / 2 % 3]);
                var client = new TcpClient();
                held.Add(client);
                await client.ConnectAsync(address.Host, address.Port);
                try { await client.GetStream().WriteAsync(first); }
                catch (IOException) { }      // above the limit: closed already, and counted below
            }
            for (var i = 0; i < 10; i++) Assert.Equal(("200", "200"), (await RestAsync(server), await GrpcAsync(calls)));
            for (var i = 0; i < 1000 && held.Count(IsClosed) < 2 * Most; i++) await Task.Delay(10);
            Assert.True(held.Count(IsClosed) >= 2 * Most, $"{held.Count(IsClosed)} of {held.Count} were closed");
            Assert.Equal(("200", "200"), (await RestAsync(server), await GrpcAsync(calls)));
        }
        finally
        {
            foreach (var client in held) client.Dispose();
        }
        await IsQuietAsync(server);
    }

    private static async Task<string> RestAsync(TestServer server)
    {
        try
        {
            var reply = await server.PostAsync("/v1/classify", TestServer.Bytes(Photo, "image/png"));
            return reply.Status == 200 ? reply.Text.Contains("\"probability\"", StringComparison.Ordinal) ? "200" : reply.Text : $"{reply.Status}";
        }
        catch (HttpRequestException)
        {
            return "none";
        }
    }

    private static async Task<string> GrpcAsync(Calls calls)
    {
        try
        {
            var answer = await calls.InferAsync(Calls.Pictures(Photo));
            return answer.Outputs[0].Contents.Fp32Contents.Count == TestServer.Classes.Length ? "200" : answer.ToString();
        }
        catch (global::Grpc.Core.RpcException e)
        {
            return e.StatusCode switch
            {
                global::Grpc.Core.StatusCode.ResourceExhausted when e.Status.DebugException is null => "429",       // with one it is Kestrel's bound on streams, which refusals must not reach
                _ when e.Status.DebugException is HttpRequestException => "none",       // no connection, or it was closed before the call was begun
                global::Grpc.Core.StatusCode.Unavailable => "503",
                _ => e.ToString(),
            };
        }
    }

    private static void Count(ConcurrentDictionary<string, int> ends, string end) => ends.AddOrUpdate(end, 1, (_, count) => count + 1);

    private static async Task IsQuietAsync(TestServer server)
    {
        for (var i = 0; i < 1000 && server.Host.Models.Meter.Admitted > 0; i++) await Task.Delay(10);
        Assert.Equal(0, server.Host.Models.Meter.Admitted);
        Assert.DoesNotContain(server.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    private static bool IsClosed(TcpClient connection)
    {
        try
        {
            var (socket, rest) = (connection.Client, new byte[4096]);
            while (socket.Available > 0) socket.Receive(rest);
            return socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
