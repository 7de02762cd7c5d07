using System.Text.Json;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Routing;

namespace JustAlexNet.Serving.Http.Tests;

public sealed class EndpointTests : IAsyncLifetime
{
    private TestServer server = null!;

    public async ValueTask InitializeAsync() => server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData("/v2/health/live", "{\"live\":true}")]
    [InlineData("/v2/health/ready", "{\"ready\":true}")]
    [InlineData("/v2/models", "{\"models\":[\"small\"]}")]
    [InlineData("/v2/models/small/ready", "{\"name\":\"small\",\"ready\":true}")]
    [InlineData("/v2/models/small/versions/1/ready", "{\"name\":\"small\",\"ready\":true}")]
    public async Task Server_and_models_are_told_of_as_the_protocol_has_it(string address, string expected)
    {
        var reply = await server.GetAsync(address);
        Assert.Equal((200, expected), (reply.Status, reply.Text));
        Assert.Equal("nosniff", reply.Headers["X-Content-Type-Options"]);
        Assert.False(reply.Headers.ContainsKey("Server"));
    }

    [Fact]
    public async Task Server_names_its_extensions()
    {
        var json = (await server.GetAsync("/v2")).Json;
        Assert.Equal(["name", "version", "extensions"], json.EnumerateObject().Select(member => member.Name));
        Assert.Contains("binary_tensor_data", json.GetProperty("extensions").EnumerateArray().Select(name => name.GetString()));
    }

    [Theory]
    [InlineData("/v2/models/small")]
    [InlineData("/v2/models/small/versions/1")]
    public async Task Metadata_describe_input_and_output(string address)
    {
        var json = (await server.GetAsync(address)).Json;
        Assert.Equal(["name", "versions", "platform", "inputs", "outputs", "properties"], json.EnumerateObject().Select(member => member.Name));
        Assert.Equal("[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[-1,3,16,16]}]", json.GetProperty("inputs").GetRawText());
        Assert.Equal("[{\"name\":\"features\",\"datatype\":\"FP32\",\"shape\":[-1,3]}]", json.GetProperty("outputs").GetRawText());
        Assert.Equal(("onnx_onnxv1", "[\"1\"]"), (json.GetProperty("platform").GetString(), json.GetProperty("versions").GetRawText()));
        Assert.Equal(64, json.GetProperty("properties").GetProperty("sha256").GetString()!.Length);
    }

    [Fact]
    public async Task Configuration_and_statistics_are_those_of_the_model()
    {
        Assert.Equal("[{\"name\":\"input\",\"data_type\":\"TYPE_FP32\",\"dims\":[3,16,16]}]", (await server.GetAsync("/v2/models/small/config")).Json.GetProperty("input").GetRawText());
        await server.PostAsync("/v1/classify", TestServer.Form([.. TestServer.Photos.Take(2)]));
        foreach (var address in (string[])["/v2/models/stats", "/v2/models/small/stats", "/v2/models/small/versions/1/stats"])
        {
            var stats = Assert.Single((await server.GetAsync(address)).Json.GetProperty("model_stats").EnumerateArray());
            Assert.Equal(("small", "1", 2), (stats.GetProperty("name").GetString(), stats.GetProperty("version").GetString(), stats.GetProperty("inference_count").GetInt32()));
            Assert.Equal(1, stats.GetProperty("inference_stats").GetProperty("success").GetProperty("count").GetInt32());
            Assert.True(stats.GetProperty("inference_stats").GetProperty("compute_input").GetProperty("ns").GetInt64() > 0);
        }
    }

    [Theory]
    [InlineData("GET", "/v2/models/large", 404, "large")]
    [InlineData("GET", "/v2/models/large/ready", 404, "there is no such model or version")]
    [InlineData("GET", "/v2/models/large/stats", 404, "large")]
    [InlineData("GET", "/v2/models/small/versions/2", 404, "2")]
    [InlineData("GET", "/v2/models/..%2Fsmall", 404, "")]
    [InlineData("GET", "/none", 404, "there is nothing at this address")]
    [InlineData("GET", "/metrics", 404, "there is nothing at this address")]
    [InlineData("GET", "/v1/classify", 405, "this address does not take GET, expected POST")]
    [InlineData("DELETE", "/v2/models/small", 405, "expected GET")]
    public async Task What_is_not_there_is_an_error_of_the_one_form(string method, string address, int status, string part)
    {
        var reply = await server.SendAsync(new(method), address);
        reply.IsRefused(status, part);
        Assert.NotEmpty(reply.Headers["X-Request-Id"]);
        Assert.DoesNotContain(Path.GetDirectoryName(server.File)!, reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAPI_document_holds_every_mapped_route_and_no_other()
    {
        using var document = JsonDocument.Parse((await server.GetAsync("/openapi.json")).Body);
        var documented = from path in document.RootElement.GetProperty("paths").EnumerateObject()
                         from operation in path.Value.EnumerateObject()
                         where operation.Name != "parameters"
                         select $"{operation.Name.ToUpperInvariant()} {path.Name}";
        var mapped = from endpoint in server.Host.Endpoints.Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null && endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is null)      // the page is no interface, gRPC has its proto file
                     from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
                     select $"{method} {endpoint.RoutePattern.RawText}";
        Assert.Equal(mapped.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task References_of_the_OpenAPI_document_lead_somewhere()
    {
        using var document = JsonDocument.Parse((await server.GetAsync("/openapi.json")).Body);
        var references = References(document.RootElement).ToList();
        Assert.True(references.Count > 50);
        Assert.All(references, reference => Assert.NotEqual(JsonValueKind.Undefined, reference.Split('/').Skip(1).Aggregate(document.RootElement, (element, name) => element.GetProperty(name)).ValueKind));
    }

    [Fact]
    public async Task Metrics_stand_at_their_own_port_alone()
    {
        await server.PostAsync("/v1/classify", TestServer.Form([.. TestServer.Photos.Take(3)]));
        await server.PostAsync("/v1/classify?topk=0", TestServer.Picture(TestServer.Png));
        await server.PostAsync("/v1/classify", TestServer.Bytes([1, 2, 3]));
        var reply = await server.GetAsync(server.Host.MetricsAddress.ToString());
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", reply.Headers["Content-Type"]);
        Assert.Contains("# TYPE nv_inference_request_success counter\nnv_inference_request_success{model=\"small\",version=\"1\"} 1\n", reply.Text, StringComparison.Ordinal);
        Assert.Contains("nv_inference_count{model=\"small\",version=\"1\"} 3\n", reply.Text, StringComparison.Ordinal);
        Assert.Contains("nv_inference_request_failure{model=\"small\",version=\"1\",reason=\"CANCELED\"} 0\n", reply.Text, StringComparison.Ordinal);
        Assert.Contains("justalexnet_rejects_total{reason=\"bad_request\"} 1\n", reply.Text, StringComparison.Ordinal);
        Assert.Contains("justalexnet_ready 1\n", reply.Text, StringComparison.Ordinal);
        Assert.All(reply.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Matches("^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\\{([a-z]+=\"[^\"]*\",?)+\\})? [0-9.E+]+)$", line));
        (await server.GetAsync(new Uri(server.Host.MetricsAddress, "/v2").ToString())).IsRefused(404, "the metrics are at /metrics");
        (await server.SendAsync(HttpMethod.Post, server.Host.MetricsAddress.ToString())).IsRefused(405, "expected GET");
    }

    [Fact]
    public async Task Log_tells_of_every_request_and_of_no_query()
    {
        await server.PostAsync("/v1/classify?topk=2", TestServer.Picture(TestServer.Png), ("X-Request-Id", "r7"));
        Assert.Contains(server.Log.Lines, line => line.StartsWith("Information r7 POST /v1/classify 200 ", StringComparison.Ordinal) && line.Contains(" small ", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains("topk", StringComparison.Ordinal));
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => member.Name == "$ref" ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
