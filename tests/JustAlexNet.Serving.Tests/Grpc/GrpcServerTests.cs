using System.Globalization;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using JustAlexNet.Serving.Grpc.Protocol;
using JustAlexNet.Serving.Http.Tests;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Serving.Grpc.Tests;

/// <summary>What a server says of itself by gRPC, whom it lets in, and when it refuses.</summary>
public sealed class GrpcServerTests : IDisposable
{
    private static readonly byte[] Photo = File.ReadAllBytes(TestServer.Png);
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Server_and_model_describe_themselves_as_by_REST()
    {
        await using var server = await TestServer.StartAsync();
        using var calls = new Calls(server.Host.GrpcAddress);
        Assert.True((await calls.Client.ServerLiveAsync(new())).Live);
        Assert.True((await calls.Client.ServerReadyAsync(new())).Ready);
        Assert.True((await calls.Client.ModelReadyAsync(new() { Name = "small" })).Ready);
        var (about, rest) = (await calls.Client.ServerMetadataAsync(new()), (await server.GetAsync("/v2")).Json);
        Assert.Equal((rest.GetProperty("name").GetString(), rest.GetProperty("version").GetString()), (about.Name, about.Version));
        Assert.Equal(rest.GetProperty("extensions").EnumerateArray().Select(name => name.GetString()), about.Extensions);
        var (model, same) = (await calls.Client.ModelMetadataAsync(new() { Name = "small" }), (await server.GetAsync("/v2/models/small")).Json);
        Assert.Equal(("small", "onnx_onnxv1", "input", "FP32", "features"), (model.Name, model.Platform, model.Inputs[0].Name, model.Inputs[0].Datatype, model.Outputs[0].Name));
        Assert.Equal(["1"], model.Versions);
        Assert.Equal([-1, 3, 16, 16], model.Inputs[0].Shape);
        Assert.Equal([-1, 3], model.Outputs[0].Shape);
        Assert.Equal(same.GetProperty("properties").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetString()), model.Properties.ToDictionary(entry => entry.Key, entry => (string?)entry.Value));
        var config = (await calls.Client.ModelConfigAsync(new() { Name = "small" })).Config;
        Assert.Equal((2, DataType.TypeFp32, "onnxruntime"), (config.MaxBatchSize, config.Input[0].DataType, config.Backend));
        await Calls.RefusedAsync(StatusCode.NotFound, "no such model", async () => await calls.Client.ModelReadyAsync(new() { Name = "large" }));
        await Calls.RefusedAsync(StatusCode.NotFound, "version", async () => await calls.Client.ModelMetadataAsync(new() { Name = "small", Version = "7" }));
    }

    [Fact]
    public async Task Calls_are_counted_as_requests_of_REST_are()
    {
        await using var server = await TestServer.StartAsync();
        using var calls = new Calls(server.Host.GrpcAddress);
        await calls.InferAsync(Calls.Pictures(Photo));
        await calls.InferAsync(Calls.Pictures(Photo, Photo));
        Assert.Equal(200, (await server.PostAsync("/v1/classify", TestServer.Picture(TestServer.Png))).Status);
        await Calls.RefusedAsync(StatusCode.InvalidArgument, "cannot read", () => calls.InferAsync(Calls.Pictures([1, 2, 3])));
        var count = Assert.Single((await calls.Client.ModelStatisticsAsync(new())).ModelStats);
        Assert.Equal((4UL, 3UL, 1UL), (count.InferenceCount, count.InferenceStats.Success.Count, count.InferenceStats.Fail.Count));
        Assert.True(count.InferenceStats.ComputeInfer.Ns > 0);
        var metrics = await server.Client.GetStringAsync(server.Host.MetricsAddress);
        Assert.Contains("nv_inference_request_success{model=\"small\",version=\"1\"} 3\n", metrics, StringComparison.Ordinal);
        Assert.Contains("justalexnet_rejects_total{reason=\"not_a_picture\"} 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Callers_and_administrators_are_let_in_by_their_keys_and_health_is_open()
    {
        File.WriteAllText(scratch.At("keys.txt"), "ann:first-key\n");
        File.WriteAllText(scratch.At("admins.txt"), "root:order-key\n");
        await using var server = await TestServer.StartAsync(new() { ApiKeyFile = scratch.At("keys.txt"), AdminKeyFile = scratch.At("admins.txt"), GrpcReflection = true });
        using var calls = new Calls(server.Host.GrpcAddress);
        Metadata caller = new() { { "authorization", "Bearer first-key" } }, administrator = new() { { "x-api-key", "order-key" } };
        await Calls.RefusedAsync(StatusCode.Unauthenticated, "a key is needed", () => calls.InferAsync(Calls.Floats()));
        await Calls.RefusedAsync(StatusCode.Unauthenticated, "not known", async () => await calls.Client.ServerMetadataAsync(new(), administrator));
        Assert.Equal("small", (await calls.Client.ModelInferAsync(Calls.Floats(), caller)).ModelName);
        Assert.Contains(server.Log.Lines, line => line.Contains("/ModelInfer 200 OK ", StringComparison.Ordinal) && line.EndsWith(" small ann", StringComparison.Ordinal));
        Assert.True((await calls.Client.ServerReadyAsync(new())).Ready);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await new Health.HealthClient(calls.Channel).CheckAsync(new())).Status);
        await Calls.RefusedAsync(StatusCode.Unauthenticated, "a key is needed", () => ServicesAsync(calls));
        await Calls.RefusedAsync(StatusCode.PermissionDenied, "not order about them", async () => await calls.Client.RepositoryIndexAsync(new(), caller));
        Assert.Equal(("small", "READY"), Assert.Single((await calls.Client.RepositoryIndexAsync(new(), administrator)).Models.Select(model => (model.Name, model.State))));
        await Calls.RefusedAsync(StatusCode.InvalidArgument, "takes no parameters", async () => await calls.Client.RepositoryModelLoadAsync(new() { ModelName = "small", Parameters = { ["config"] = new() { StringParam = "{}" } } }, administrator));
        await calls.Client.RepositoryModelUnloadAsync(new() { ModelName = "small" }, administrator);
        Assert.False((await calls.Client.ModelReadyAsync(new() { Name = "small" })).Ready);
        var refused = await Calls.RefusedAsync(StatusCode.Unavailable, "small", async () => await calls.Client.ModelInferAsync(Calls.Floats(), caller));
        Assert.Equal("1", refused.Trailers.GetValue("retry-after"));
        Assert.Empty((await calls.Client.RepositoryIndexAsync(new() { Ready = true }, administrator)).Models);
        await calls.Client.RepositoryModelLoadAsync(new() { ModelName = "small" }, administrator);
        Assert.True((await calls.Client.ModelReadyAsync(new() { Name = "small" })).Ready);
        Assert.DoesNotContain(server.Log.Lines, line => line.Contains("-key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rate_of_a_key_is_bounded_with_a_time_to_try_again()
    {
        await using var server = await TestServer.StartAsync(new() { RateLimit = 1 });
        using var calls = new Calls(server.Host.GrpcAddress);
        var refusals = new List<RpcException>();
        for (var i = 0; i < 8; i++)
        {
            try
            {
                await calls.Client.ServerMetadataAsync(new());
            }
            catch (RpcException e)
            {
                refusals.Add(e);
            }
        }
        Assert.NotEmpty(refusals);
        Assert.All(refusals, e => Assert.Equal((StatusCode.ResourceExhausted, "1", "1000"), (e.StatusCode, e.Trailers.GetValue("retry-after"), e.Trailers.GetValue("grpc-retry-pushback-ms"))));
        Assert.Equal(refusals.Count, server.Host.Models.Meter.Rejects["rate_exceeded"]);
    }

    [Fact]
    public async Task Health_is_that_of_grpc_and_follows_the_server()
    {
        await using var server = await TestServer.StartAsync();
        using var calls = new Calls(server.Host.GrpcAddress);
        var health = new Health.HealthClient(calls.Channel);
        foreach (var service in (string[])["", "inference.GRPCInferenceService"]) Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new() { Service = service })).Status);
        await Calls.RefusedAsync(StatusCode.NotFound, "", async () => await health.CheckAsync(new() { Service = "other" }));
        using var held = server.Host.Models.Admit();
        var stopped = server.Host.StopAsync();
        while (server.Host.Models.IsReady) await Task.Delay(10);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, (await health.CheckAsync(new())).Status);
        Assert.False((await calls.Client.ServerReadyAsync(new())).Ready);
        var refused = await Calls.RefusedAsync(StatusCode.Unavailable, "about to end", () => calls.InferAsync(Calls.Floats()));
        Assert.Equal("1", refused.Trailers.GetValue("retry-after"));
        held.Dispose();
        Assert.True(await stopped);
    }

    [Fact]
    public async Task Reflection_is_off_unless_it_is_asked_for()
    {
        await using var silent = await TestServer.StartAsync();
        using var without = new Calls(silent.Host.GrpcAddress);
        await Calls.RefusedAsync(StatusCode.Unimplemented, "", () => ServicesAsync(without));
        await using var telling = await TestServer.StartAsync(new() { GrpcReflection = true });
        using var with = new Calls(telling.Host.GrpcAddress);
        Assert.Contains("inference.GRPCInferenceService", await ServicesAsync(with));
    }

    [Fact]
    public async Task Full_queue_refuses_with_a_time_to_try_again()
    {
        await using var server = await TestServer.StartAsync(serving: new() { QueueLength = 2, MaxPictures = 2 });
        using var calls = new Calls(server.Host.GrpcAddress);
        using (server.Host.Models.Admit())
        {
            await Calls.RefusedAsync(StatusCode.ResourceExhausted, "the limit is 2", () => calls.InferAsync(Calls.Pictures(Photo, Photo)));
            await calls.InferAsync(Calls.Pictures(Photo));
            using var rest = server.Host.Models.Admit();
            var refused = await Calls.RefusedAsync(StatusCode.ResourceExhausted, "the limit is 2", () => calls.InferAsync(Calls.Pictures(Photo)));
            Assert.True(int.Parse(refused.Trailers.GetValue("grpc-retry-pushback-ms")!, CultureInfo.InvariantCulture) >= 1000);
        }
        Assert.Equal(2, server.Host.Models.Meter.Rejects["queue_full"]);
        await calls.InferAsync(Calls.Pictures(Photo, Photo));
    }

    [Fact]
    public async Task Message_above_the_bound_is_refused_and_eight_float_pictures_fit_the_default()
    {
        await using var server = await TestServer.StartAsync();
        using var calls = new Calls(server.Host.GrpcAddress);
        var large = Calls.Raw(Calls.Request("FP32", 8, 3, 224, 224), new byte[8 * 3 * 224 * 224 * sizeof(float)]);
        await Calls.RefusedAsync(StatusCode.InvalidArgument, "has shape [8, 3, 224, 224], expected [N, 3, 16, 16]", () => calls.InferAsync(large));      // it was read whole
        await using var narrow = await TestServer.StartAsync(serving: new() { MaxBodyBytes = 4 << 20 });
        using var others = new Calls(narrow.Host.GrpcAddress);
        await Calls.RefusedAsync(StatusCode.ResourceExhausted, "larger than 4194304 bytes", () => others.InferAsync(large));
        Assert.Equal(1, narrow.Host.Models.Meter.Rejects["body_too_large"]);
        await Calls.RefusedAsync(StatusCode.InvalidArgument, "", async () => await others.Client.ModelMetadataAsync(new() { Name = new string('a', 1 << 20) }));      // what needs no place gets no memory
        await others.InferAsync(Calls.Floats());
        Assert.DoesNotContain(narrow.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Call_whose_time_is_over_ends(bool byTheCaller)
    {
        await using var server = await TestServer.StartAsync(serving: new() { MaxBatch = 4, BatchDelay = TimeSpan.FromSeconds(10), RequestTimeout = TimeSpan.FromSeconds(byTheCaller ? 30 : 0.3) });
        using var calls = new Calls(server.Host.GrpcAddress);
        await Calls.RefusedAsync(StatusCode.DeadlineExceeded, "", async () => await calls.Client.ModelInferAsync(Calls.Floats(), deadline: byTheCaller ? DateTime.UtcNow.AddSeconds(0.3) : DateTime.UtcNow.AddMinutes(5)));
        await GoneAsync(server);
    }

    [Fact]
    public async Task Timeout_of_the_request_is_honoured()
    {
        await using var server = await TestServer.StartAsync(serving: new() { MaxBatch = 4, BatchDelay = TimeSpan.FromSeconds(10) });
        using var calls = new Calls(server.Host.GrpcAddress);
        var request = Calls.Floats();
        request.Parameters["timeout"] = new() { Int64Param = 100_000 };
        await Calls.RefusedAsync(StatusCode.DeadlineExceeded, "the time for this request was over", () => calls.InferAsync(request));
        Assert.Equal(1, server.Host.Models.Meter.Rejects["deadline"]);
    }

    [Fact]
    public async Task Caller_who_leaves_gives_the_place_back()
    {
        await using var server = await TestServer.StartAsync(serving: new() { MaxBatch = 4, BatchDelay = TimeSpan.FromSeconds(10) });
        using var calls = new Calls(server.Host.GrpcAddress);
        using (var call = calls.Client.ModelInferAsync(Calls.Floats()))
            for (var i = 0; i < 500 && server.Host.Models.Meter.Admitted == 0; i++) await Task.Delay(10);
        await GoneAsync(server);
        Assert.Equal(1, server.Host.Models.Meter.Rejects["caller_left"]);
    }

    [Theory]
    [InlineData(null, "1500m"), InlineData("1S", "1S"), InlineData("2S", "1500m"), InlineData("900m", "900m"), InlineData("99999999n", "99999999n"), InlineData("1H", "1500m"), InlineData("1x", "1500m"), InlineData("S", "1500m"), InlineData("123456789m", "1500m"), InlineData("-1S", "1500m")]
    public void Time_of_a_call_is_the_shorter_of_both(string? given, string expected) => Assert.Equal(expected, GrpcCalls.Bounded(given, TimeSpan.FromSeconds(1.5)));

    private static async Task GoneAsync(TestServer server)
    {
        for (var i = 0; i < 500 && server.Host.Models.Meter.Admitted != 0; i++) await Task.Delay(10);
        Assert.Equal(0, server.Host.Models.Meter.Admitted);
    }

    private static async Task<IReadOnlyList<string>> ServicesAsync(Calls calls)
    {
        using var call = new ServerReflection.ServerReflectionClient(calls.Channel).ServerReflectionInfo();
        try
        {
            await call.RequestStream.WriteAsync(new() { ListServices = "" });
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled)
        {
            // refused before it was heard: what follows says why
        }
        await call.ResponseStream.MoveNext(CancellationToken.None);
        return [.. call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name)];
    }
}
