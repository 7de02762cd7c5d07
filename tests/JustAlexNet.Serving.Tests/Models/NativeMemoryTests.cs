using JustAlexNet.Onnx;

namespace JustAlexNet.Serving.Tests;

/// <summary>Counts the networks of the whole process, so it runs alone.</summary>
[CollectionDefinition(nameof(NativeMemoryTests), DisableParallelization = true), Collection(nameof(NativeMemoryTests))]
public sealed class NativeMemoryTests
{
    [Fact]
    public async Task Every_network_is_freed_whether_it_was_replaced_refused_unloaded_or_served_to_the_end()
    {
        var stop = TestContext.Current.CancellationToken;
        var before = OnnxNetwork.Alive;
        await using (var served = new Served())
        {
            var good = TestModels.Write(served.Scratch.At("good.onnx"));
            var bad = TestModels.Write(served.Scratch.At("bad.onnx"));
            await served.OpenAsync([good, bad], null);
            Assert.Equal(before + 2, OnnxNetwork.Alive);

            TestModels.Write(bad, namesClasses: false);
            await Assert.ThrowsAsync<ServingException>(() => served.Repository.LoadAsync("bad", stop));
            Assert.Equal(before + 2, OnnxNetwork.Alive);        // the old one, and not the one that was refused

            await served.Repository.LoadAsync("good", stop);
            Assert.Equal(before + 2, OnnxNetwork.Alive);
            await served.Repository.UnloadAsync("good", stop);
            Assert.Equal(before + 1, OnnxNetwork.Alive);
        }
        Assert.Equal(before, OnnxNetwork.Alive);
    }

    [Fact]
    public async Task Every_request_gives_its_memory_back_whether_answered_refused_or_left()
    {
        var before = NativeBlocks.Bytes;
        await using (var server = await Http.Tests.TestServer.StartAsync(serving: new() { MaxBodyBytes = 1 << 20, RequestTimeout = TimeSpan.FromSeconds(1) }))
        {
            var photo = Http.Tests.TestServer.Photos[0];
            var bytes = File.ReadAllBytes(photo);
            await server.PostAsync("/v1/classify", Http.Tests.TestServer.Picture(photo));
            var kept = NativeBlocks.Bytes;      // the input of the network
            Assert.InRange(kept - before, 1, 1 << 20);
            Assert.Equal(200, (await server.PostAsync("/v1/classify", Http.Tests.TestServer.Picture(photo))).Status);
            Assert.Equal(200, (await server.PostAsync("/v1/classify", new MultipartFormDataContent { { new ByteArrayContent(bytes), "image", "a.jpg" }, { new ByteArrayContent(bytes), "image", "b.jpg" } })).Status);
            Assert.Equal(400, (await server.PostAsync("/v1/classify", Http.Tests.TestServer.Bytes(bytes[..(bytes.Length / 2)], "image/jpeg"))).Status);
            Assert.Equal(200, (await server.PostAsync("/v1/preprocessed", Http.Tests.TestServer.Picture(photo))).Status);
            Assert.Equal(200, (await server.PostJsonAsync("/v2/models/small/infer", $$"""{"inputs":[{"name":"input","datatype":"BYTES","shape":[1],"data":["{{Convert.ToBase64String(bytes)}}"]}]}""")).Status);
            Assert.Equal(200, (await server.PostJsonAsync("/v2/models/small/infer", $$"""{"inputs":[{"name":"input","datatype":"BYTES","shape":[1],"data":["{{Convert.ToBase64String(bytes).Replace("/", "\\/", StringComparison.Ordinal)}}"]}]}""")).Status);
            var large = TestFiles.Bomb(1200);       // decoded into native memory
            Assert.Equal(200, (await server.PostAsync("/v1/classify", Http.Tests.TestServer.Bytes(large, "image/png"))).Status);
            Assert.Equal(400, (await server.PostAsync("/v1/classify", Http.Tests.TestServer.Bytes(large[..(large.Length / 2)], "image/png"))).Status);
            Assert.Equal(413, (await server.PostAsync("/v1/classify", Http.Tests.TestServer.Bytes(new byte[2 << 20], "image/jpeg"))).Status);
            using (var connection = await server.ConnectAsync()) await connection.WriteAsync("POST /v1/classify HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\nhalf"u8.ToArray());
            for (var i = 0; i < 500 && (server.Host.Models.Meter.Admitted > 0 || NativeBlocks.Bytes > kept); i++) await Task.Delay(10);
            Assert.InRange(NativeBlocks.Bytes - before, 1, 2 * (kept - before));      // an input for each batch that was in the network at a time
        }
        Assert.Equal(before, NativeBlocks.Bytes);
    }

    [Fact]
    public async Task A_start_that_fails_or_is_given_up_frees_everything()
    {
        var before = OnnxNetwork.Alive;
        await using var served = new Served();
        string[] files = [TestModels.Write(served.Scratch.At("good.onnx")), TestModels.Write(served.Scratch.At("bad.onnx"), saysPreprocessing: false)];
        await Assert.ThrowsAsync<ModelLoadException>(() => served.OpenAsync(files, null));
        Assert.Equal(before, OnnxNetwork.Alive);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ModelRepository.OpenAsync(files, null, new ServingOptions(), new CancellationToken(canceled: true)));
        Assert.Equal(before, OnnxNetwork.Alive);
    }
}
