using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace JustAlexNet.Serving.Http.Tests;

public sealed class TracingTests
{
    [Fact]
    public async Task Spans_of_requests_reach_the_collector_by_the_end()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var collector = builder.Build();
        var received = new ConcurrentQueue<string>();
        collector.MapPost("/v1/traces", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            received.Enqueue(Encoding.UTF8.GetString(body.ToArray()));
        });
        await collector.StartAsync();
        await using (var server = await TestServer.StartAsync(new() { OtlpEndpoint = new(collector.Urls.Single()) }))
        {
            Assert.Equal(200, (await server.GetAsync("/v2/health/live")).Status);
            Assert.Equal(200, (await server.PostAsync("/v1/classify?topk=1", TestServer.Picture(TestServer.Png))).Status);
            Assert.True(await server.Host.StopAsync());
        }
        var spans = string.Concat(received);
        Assert.All((string[])["justalexnet", "/v1/classify", "justalexnet.model", "small", "justalexnet.infer_ms"], part => Assert.Contains(part, spans, StringComparison.Ordinal));
        Assert.DoesNotContain("/v2/health", spans, StringComparison.Ordinal);
    }
}
