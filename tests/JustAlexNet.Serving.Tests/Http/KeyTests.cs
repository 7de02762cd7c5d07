using JustAlexNet.TestSupport;

namespace JustAlexNet.Serving.Http.Tests;

public sealed class KeyTests : IAsyncLifetime
{
    private readonly Scratch scratch = new();
    private TestServer server = null!;

    private string Keys => scratch.At("keys.txt");

    public async ValueTask InitializeAsync()
    {
        File.WriteAllText(Keys, "# who may ask\nann: first-key\r\n\nbob:with:colon\n");
        File.WriteAllText(scratch.At("admins.txt"), "root:order-key\n");
        server = await TestServer.StartAsync(new() { ApiKeyFile = Keys, AdminKeyFile = scratch.At("admins.txt") }, scratch: scratch);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("Authorization", "Bearer first-key", 200)]
    [InlineData("Authorization", "bearer first-key", 200)]
    [InlineData("X-API-Key", "first-key", 200)]
    [InlineData("X-API-Key", "with:colon", 200)]
    [InlineData("X-API-Key", "first-key2", 401)]
    [InlineData("X-API-Key", "ann", 401)]
    [InlineData("X-API-Key", "order-key", 401)]
    [InlineData("Authorization", "Basic first-key", 401)]
    [InlineData("Authorization", "Bearer ", 401)]
    [InlineData("X-Other", "first-key", 401)]
    public async Task Callers_are_let_in_by_their_keys(string header, string value, int status)
    {
        foreach (var reply in (Reply[])[await server.GetAsync("/v2", (header, value)), await server.PostAsync("/v1/classify", TestServer.Picture(TestServer.Png), (header, value))])
        {
            Assert.Equal(status, reply.Status);
            if (status != 401) continue;
            Assert.Contains("key", reply.Error, StringComparison.Ordinal);
            Assert.Equal("Bearer", reply.Headers["WWW-Authenticate"]);
        }
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains("first-key", StringComparison.Ordinal) || line.Contains("with:colon", StringComparison.Ordinal));
        if (status == 200) Assert.Contains(server.Log.Lines, line => line.EndsWith(value == "with:colon" ? " bob" : " ann", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/v2/health/live")]
    [InlineData("/v2/health/ready")]
    [InlineData("/v2/models/small/ready")]
    [InlineData("/openapi.json")]
    public async Task Health_needs_no_key(string address) => Assert.Equal(200, (await server.GetAsync(address)).Status);

    [Fact]
    public async Task Orders_about_models_need_an_administrators_key()
    {
        (string, string) caller = ("X-API-Key", "first-key"), administrator = ("X-API-Key", "order-key");
        foreach (var address in (string[])["/v2/repository/index", "/v2/repository/models/small/load", "/v2/repository/models/small/unload"])
        {
            (await server.PostJsonAsync(address, "")).IsRefused(401, "an administrator's key is needed");
            (await server.PostJsonAsync(address, "", ("X-API-Key", "wrong"))).IsRefused(401, "not known");
            (await server.PostJsonAsync(address, "", caller)).IsRefused(403, "may ask models and not order about them");
        }
        Assert.Equal("[{\"name\":\"small\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"}]", (await server.PostJsonAsync("/v2/repository/index", "{}", administrator)).Text);
        Assert.Equal("{\"name\":\"small\",\"unload\":true}", (await server.PostJsonAsync("/v2/repository/models/small/unload", "{\"parameters\":{\"unload_dependents\":false}}", administrator)).Text);
        Assert.Equal("[]", (await server.PostJsonAsync("/v2/repository/index", "{\"ready\":true}", administrator)).Text);
        Assert.Equal("UNAVAILABLE", (await server.PostJsonAsync("/v2/repository/index", "", administrator)).Json[0].GetProperty("state").GetString());
        (await server.PostAsync("/v1/classify", TestServer.Picture(TestServer.Png), caller)).IsRefused(503, "small");
        Assert.Equal(503, (await server.GetAsync("/v2/models/small/ready")).Status);
        Assert.Equal("{\"name\":\"small\",\"load\":true}", (await server.PostJsonAsync("/v2/repository/models/small/load", "", administrator)).Text);
        Assert.Equal(200, (await server.PostAsync("/v1/classify", TestServer.Picture(TestServer.Png), caller)).Status);
        (await server.PostJsonAsync("/v2/repository/models/large/load", "", administrator)).IsRefused(404, "no model of this name");
        (await server.PostJsonAsync("/v2/repository/index", "{\"\\ud800\":1}", administrator)).IsRefused(400, "not a JSON object");
        (await server.PostJsonAsync("/v2/repository/models/small/load", "{\"parameters\":{\"\\ud800\":1}}", administrator)).IsRefused(400, "not a JSON object");
        (await server.PostJsonAsync("/v2/repository/models/small/load", "{\"parameters\":{\"file:1/model.onnx\":\"AAAA\"}}", administrator)).IsRefused(400, "takes no parameters");
        (await server.PostJsonAsync("/v2/repository/index", "[1]", administrator)).IsRefused(400, "not a JSON object");
        (await server.PostJsonAsync("/v2/repository/index", "{\"ready\":1}", administrator)).IsRefused(400, "neither true nor false");
    }

    [Fact]
    public async Task Without_administrators_nobody_orders()
    {
        await using var other = await TestServer.StartAsync();
        (await other.PostJsonAsync("/v2/repository/models/small/unload", "", ("X-API-Key", "order-key"))).IsRefused(403, "takes no orders");
    }

    [Fact]
    public async Task Changed_keys_hold_within_seconds_and_a_broken_file_changes_nothing()
    {
        await ChangeAsync("ann:second-key\n", "second-key", 200);
        Assert.Equal(401, await StatusAsync("first-key"));
        File.WriteAllText(Keys, "no colon here\n");
        await WaitAsync(() => server.Log.Lines.Any(line => line.StartsWith("Warning Keys stay as they were: `api_key_file`", StringComparison.Ordinal)), "second-key");
        Assert.Equal(200, await StatusAsync("second-key"));
        File.Delete(Keys);
        await WaitAsync(() => server.Log.Lines.Any(line => line.Contains("is not there", StringComparison.Ordinal)), "second-key");
        Assert.Equal(200, await StatusAsync("second-key"));
        await ChangeAsync("ann:third-key\n", "third-key", 200);
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains("no colon here", StringComparison.Ordinal) || line.Contains("-key\n", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("name only\n", "line 1: expected name:key")]
    [InlineData("a:1\n\nb:\n", "line 3: expected name:key")]
    [InlineData("a:k ey\n", "line 1")]
    [InlineData("a:1\na:2\n", "line 2: the name 'a' stands there twice")]
    [InlineData("# nobody\n", "holds no key")]
    [InlineData(null, "is not there")]
    public async Task Key_file_that_cannot_be_used_ends_the_start(string? text, string part)
    {
        var file = scratch.At("other.txt");
        if (text is not null) File.WriteAllText(file, text);
        var fault = await Assert.ThrowsAsync<ServingSetupException>(() => TestServer.StartAsync(new() { AdminKeyFile = file }));
        Assert.StartsWith($"`admin_key_file` {file}", fault.Message, StringComparison.Ordinal);
        Assert.Contains(part, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_file_that_is_a_pipe_is_refused_and_never_waited_for()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has no mkfifo.");
        using (var made = System.Diagnostics.Process.Start("mkfifo", scratch.At("pipe"))) made.WaitForExit();
        var fault = await Assert.ThrowsAsync<ServingSetupException>(() => TestServer.StartAsync(new() { ApiKeyFile = scratch.At("pipe") }));
        Assert.StartsWith($"`api_key_file` {scratch.At("pipe")} is a pipe, a socket or a device", fault.Message, StringComparison.Ordinal);
        File.Move(scratch.At("pipe"), Keys, overwrite: true);       // under a server that runs
        await WaitAsync(() => server.Log.Lines.Any(line => line.Contains("is a pipe", StringComparison.Ordinal)), "first-key");
        Assert.Equal(200, await StatusAsync("first-key"));
    }

    [Fact]
    public async Task Key_that_asks_too_often_waits_and_others_do_not()
    {
        await using var limited = await TestServer.StartAsync(new() { ApiKeyFile = Keys, RateLimit = 2 });
        var statuses = new List<Reply>();
        for (var i = 0; i < 12; i++) statuses.Add(await limited.GetAsync("/v2", ("X-API-Key", "first-key")));
        var refused = statuses.Where(reply => reply.Status == 429).ToList();
        Assert.True(refused.Count > 3, $"{refused.Count} of 12 were refused");
        Assert.All(refused, reply => Assert.Equal("1", reply.Headers["Retry-After"]));
        refused[0].IsRefused(429, "more requests a second");
        Assert.Equal(200, (await limited.GetAsync("/v2", ("X-API-Key", "with:colon"))).Status);
        Assert.Equal(200, (await limited.GetAsync("/v2/health/live")).Status);
        Assert.Equal(refused.Count, limited.Host.Models.Meter.Rejects["rate_exceeded"]);
    }

    private async Task<int> StatusAsync(string key) => (await server.GetAsync("/v2", ("X-API-Key", key))).Status;

    private async Task ChangeAsync(string text, string key, int status)
    {
        File.WriteAllText(Keys, text);
        var seen = 0;
        await WaitAsync(() => seen == status, key, reply => seen = reply);
    }

    private async Task WaitAsync(Func<bool> done, string key, Action<int>? seen = null)
    {
        for (var i = 0; i < 200 && !done(); i++)
        {
            var status = await StatusAsync(key);
            seen?.Invoke(status);
            await Task.Delay(50);
        }
        Assert.True(done());
    }
}
