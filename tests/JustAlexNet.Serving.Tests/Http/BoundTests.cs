using System.Globalization;

namespace JustAlexNet.Serving.Http.Tests;

/// <summary>What holds the number and the time of requests, and the end of a server.</summary>
public sealed class BoundTests
{
    private static readonly byte[] Photo = File.ReadAllBytes(TestServer.Png);

    private static string Head(bool close = true) => $"POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nContent-Length: {Photo.Length}\r\n{(close ? "Connection: close\r\n" : "")}\r\n";

    [Fact]
    public async Task Full_queue_refuses_before_the_body_and_the_accepted_request_is_answered()
    {
        await using var server = await TestServer.StartAsync(serving: new() { QueueLength = 1, MaxPictures = 1 });
        using var accepted = await server.ConnectAsync();
        await accepted.WriteAsync(Head());
        await AdmittedAsync(server, 1);
        using var refused = await server.ConnectAsync();
        await refused.WriteAsync(Head());       // and no body
        var answer = await refused.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 429 ", answer, StringComparison.Ordinal);
        Assert.Matches("\r\nRetry-After: [0-9]+\r\n", answer);
        await accepted.WriteAsync(Photo);
        Assert.StartsWith("HTTP/1.1 200 ", await accepted.ReadToEndAsync(), StringComparison.Ordinal);
        await AdmittedAsync(server, 0);
    }

    [Fact]
    public async Task Places_for_further_pictures_are_taken_once_they_are_known()
    {
        await using var server = await TestServer.StartAsync(serving: new() { QueueLength = 2, MaxPictures = 2 });
        using var accepted = await server.ConnectAsync();
        await accepted.WriteAsync(Head());
        await AdmittedAsync(server, 1);
        (await server.PostAsync("/v1/classify", TestServer.Form(TestServer.Png, TestServer.Png))).IsRefused(429, "");
        Assert.Equal(200, (await server.PostAsync("/v1/classify", TestServer.Form(TestServer.Png))).Status);
        await accepted.WriteAsync(Photo);
        Assert.StartsWith("HTTP/1.1 200 ", await accepted.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bodies_that_come_slowly_lose_their_places_to_others_and_those_that_come_fast_do_not()
    {
        await using var server = await TestServer.StartAsync(serving: new() { QueueLength = 3, MaxPictures = 3 });
        using var oldest = await server.ConnectAsync();
        await oldest.WriteAsync(Head());
        await oldest.WriteAsync(Photo.AsMemory(0, 10));
        await AdmittedAsync(server, 1);
        using var second = await server.ConnectAsync();
        await second.WriteAsync(Head());
        await AdmittedAsync(server, 2);
        using var fast = await server.ConnectAsync();
        await fast.WriteAsync("POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\nConnection: close\r\n\r\n"u8.ToArray());
        await fast.WriteAsync(new byte[1 << 20]);
        await AdmittedAsync(server, 3);
        (await server.PostAsync("/v1/classify", TestServer.Picture(TestServer.Png))).IsRefused(429, "");     // nobody is late yet
        await Task.Delay(BodyWatch.Patience + TimeSpan.FromSeconds(0.1));
        Assert.Equal(200, (await server.PostAsync("/v1/classify", TestServer.Picture(TestServer.Png))).Status);
        await AdmittedAsync(server, 2);
        await second.WriteAsync(Photo);     // nobody needed this one's place after that
        Assert.StartsWith("HTTP/1.1 200 ", await second.ReadToEndAsync(), StringComparison.Ordinal);
        await AdmittedAsync(server, 1);
        var lost = await oldest.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 408 ", lost, StringComparison.Ordinal);
        Assert.Contains("another request needed its place", lost, StringComparison.Ordinal);
        Assert.Equal(1, server.Host.Models.Meter.Rejects["slow_body"]);
    }

    [Fact]
    public async Task A_place_that_is_lost_while_the_body_ends_is_not_given_back_twice()
    {
        var parts = new ServerParts(new() { QueueLength = 1, MaxPictures = 1 }, new Microsoft.Extensions.Time.Testing.FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(2) });
        using var first = new Admission(parts.Places, parts.Meter, 1);
        var told = 0;
        var watch = first.WatchBody(() => told++);
        using var other = new Admission(parts.Places, parts.Meter, 1);
        Assert.True(watch.IsCut);
        Assert.False(first.EndBody());
        Assert.Equal((1, 1), (told, parts.Meter.Admitted));
        first.Dispose();
        Assert.Equal(1, parts.Meter.Admitted);
        Assert.Throws<ServingException>(() => new Admission(parts.Places, parts.Meter, 1));
        other.Dispose();
        Assert.Equal(0, parts.Meter.Admitted);
        await Task.Run(parts.Dispose);
    }

    [Fact]
    public async Task Caller_who_leaves_gives_the_place_back()
    {
        await using var server = await TestServer.StartAsync(serving: new() { QueueLength = 1, MaxPictures = 1 });
        using (var left = await server.ConnectAsync())
        {
            await left.WriteAsync(Head());
            await AdmittedAsync(server, 1);
        }
        await AdmittedAsync(server, 0);
        Assert.Equal(200, (await server.PostAsync("/v1/classify", TestServer.Picture(TestServer.Png))).Status);
    }

    [Fact]
    public async Task Body_that_does_not_come_in_time_ends_the_request()
    {
        await using var server = await TestServer.StartAsync(serving: new() { RequestTimeout = TimeSpan.FromSeconds(0.3) });
        using var slow = await server.ConnectAsync();
        await slow.WriteAsync(Head());
        await slow.WriteAsync(Photo.AsMemory(0, 10));
        Assert.StartsWith("HTTP/1.1 408 ", await slow.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal(1, server.Host.Models.Meter.Rejects["slow_body"]);
        await AdmittedAsync(server, 0);
    }

    [Fact]
    public async Task Head_that_does_not_come_in_time_ends_the_connection()
    {
        await using var server = await TestServer.StartAsync(new() { HeaderTimeout = TimeSpan.FromSeconds(0.3) });
        using var slow = await server.ConnectAsync();
        await slow.WriteAsync("GET /v2 HTTP/1.1\r\nHos");
        Assert.Matches("^(HTTP/1.1 408 .*)?", (await slow.ReadToEndAsync()).Split('\r')[0]);
        Assert.Equal(200, (await server.GetAsync("/v2")).Status);
    }

    [Fact]
    public async Task Connections_above_the_bound_are_closed()
    {
        await using var server = await TestServer.StartAsync(new() { MaxConnections = 2 });
        using (var first = await server.ConnectAsync())
        using (var second = await server.ConnectAsync())
        {
            await first.WriteAsync("GET /v2/health/live HTTP/1.1\r\nHost: a\r\n");
            await second.WriteAsync("GET /v2/health/live HTTP/1.1\r\nHost: a\r\n");
            using var third = await server.ConnectAsync();
            Assert.Equal("", await third.ReadToEndAsync());
            await first.WriteAsync("Connection: close\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200 ", await first.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Server_that_ends_is_not_ready_takes_nothing_new_and_answers_what_it_accepted()
    {
        await using var server = await TestServer.StartAsync();
        using var accepted = await server.ConnectAsync();
        await accepted.WriteAsync(Head(close: false));
        await AdmittedAsync(server, 1);
        var stopped = server.Host.StopAsync();
        while (server.Host.Models.IsReady) await Task.Delay(10);
        (await server.GetAsync("/v2/health/ready")).IsRefused(503, "not ready");
        Assert.Equal(200, (await server.GetAsync("/v2/health/live")).Status);
        var refused = await server.PostAsync("/v1/classify", TestServer.Picture(TestServer.Png));
        Assert.Equal(503, refused.Status);
        Assert.Matches("^[0-9]+$", refused.Headers["Retry-After"]);
        Assert.False(stopped.IsCompleted);
        await accepted.WriteAsync(Photo);
        var answer = await accepted.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Contains("\"predictions\"", answer, StringComparison.Ordinal);
        Assert.True(await stopped);
        await Assert.ThrowsAsync<HttpRequestException>(() => server.GetAsync("/v2/health/live"));
    }

    [Fact]
    public async Task Server_does_not_wait_longer_than_it_may()
    {
        await using var server = await TestServer.StartAsync(new() { DrainTimeout = TimeSpan.FromSeconds(0.2) });
        using var stuck = await server.ConnectAsync();
        await stuck.WriteAsync(Head());
        await AdmittedAsync(server, 1);
        Assert.False(await server.Host.StopAsync());
        Assert.Contains(server.Log.Lines, line => line.Contains("cut off", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Port_that_is_taken_is_named()
    {
        await using var server = await TestServer.StartAsync();
        var port = server.Host.Address.Port;
        var fault = await Assert.ThrowsAsync<ServingSetupException>(() => ServingHost.StartAsync([server.File], null, new(), new() { HttpPort = port, GrpcPort = 0, MetricsPort = 0 }));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"cannot listen on `host` 127.0.0.1, `http_port` {port}: another program listens there.\nTake another one; 0 is any free port."), fault.Message);
    }

    public static TheoryData<string, HttpOptions> Faults => new()
    {
        { "`host` is 'example.org', expected an IP address", new() { Host = "example.org" } },
        { "`http_port` is 65536, expected 0 to 65535", new() { HttpPort = 65536 } },
        { "`http_port` and `metrics_port` are both 9000", new() { HttpPort = 9000, MetricsPort = 9000 } },
        { "`grpc_port` is 65536, expected 0 to 65535", new() { GrpcPort = 65536 } },
        { "`http_port` and `grpc_port` are both 8001", new() { HttpPort = 8001 } },
        { "`grpc_port` and `metrics_port` are both 9000", new() { GrpcPort = 9000, MetricsPort = 9000 } },
        { "`max_connections` is 0", new() { MaxConnections = 0 } },
        { "`rate_limit` is 0", new() { RateLimit = 0 } },
        { "`header_timeout` is 0 seconds", new() { HeaderTimeout = TimeSpan.Zero } },
        { "`drain_timeout` is -1 seconds", new() { DrainTimeout = TimeSpan.FromSeconds(-1) } },
        { "`tls_key` belongs to `tls_certificate`", new() { TlsKey = "key.pem" } },
        { "`otlp_endpoint` is 'here', expected a collector's address", new() { OtlpEndpoint = new("here", UriKind.Relative) } },
        { "`otlp_endpoint` is 'ftp://a/', expected", new() { OtlpEndpoint = new("ftp://a") } },
        { "`no_auth` and `api_key_file` contradict each other", new() { NoAuth = true, ApiKeyFile = "keys.txt" } },
        { "`host` 0.0.0.0 lets other machines in", new() { Host = "0.0.0.0" } },
        { "`host` :: lets other machines in", new() { Host = "::" } },
        { "`host` 192.0.2.1 lets other machines in", new() { Host = "192.0.2.1", AdminKeyFile = "admins.txt" } },
    };

    [Theory, MemberData(nameof(Faults))]
    public async Task Options_that_cannot_be_meant_are_refused(string part, HttpOptions options)
    {
        Assert.Contains(part, Assert.Single(options.Faults()), StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => ServingHost.StartAsync(["none.onnx"], null, new(), options));
    }

    [Theory]
    [InlineData("127.0.0.1", false), InlineData("localhost", false), InlineData("::1", false), InlineData("127.1.2.3", false), InlineData("0.0.0.0", true)]
    public void Options_that_can_be_meant_have_no_fault(string host, bool noAuth) => Assert.Empty(new HttpOptions { Host = host, NoAuth = noAuth }.Faults());

    private static async Task AdmittedAsync(TestServer server, int pictures)
    {
        for (var i = 0; i < 500 && server.Host.Models.Meter.Admitted != pictures; i++) await Task.Delay(10);
        Assert.Equal(pictures, server.Host.Models.Meter.Admitted);
    }
}
