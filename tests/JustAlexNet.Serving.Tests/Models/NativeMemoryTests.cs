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
