using System.Security.Cryptography;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Serving.Tests;

public sealed class ModelRepositoryTests
{
    [Fact]
    public async Task Files_are_models_called_after_them_and_the_first_is_the_default()
    {
        await using var served = new Served();
        string[] files = [TestModels.Write(served.Scratch.At("zebra.v2.onnx"), seed: 1, classes: 4), TestModels.Write(served.Scratch.At("ant.onnx"), seed: 2)];
        await served.OpenAsync(files, null);
        var repository = served.Repository;
        Assert.True(repository.IsReady);
        Assert.Equal("zebra.v2", repository.DefaultName);
        Assert.Equal([new("ant", "1", ModelState.Ready, ""), new ModelStatus("zebra.v2", "1", ModelState.Ready, "")], repository.Index());
        Assert.Equal("READY", repository.Index()[0].StateName);
        using var lease = repository.Lease();
        var model = lease.Model;
        Assert.Equal(("zebra.v2", "1", "onnx_onnxv1", "input", "logits", TestModels.Side, false), (model.Name, model.Version, model.Platform, model.InputName, model.OutputName, model.Side, model.TakesPixels));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(files[0]))), model.Sha256);
        Assert.Equal(("1", 4), (model.Metadata["seed"], model.Classes.Count));
        Assert.Equal([2, 1, 1], served.Networks[0].Batches.Select(batch => batch.Length));      // warm-up
        Assert.Equal(0, repository.Meter.Models.Sum(count => count.Executions));
        using var other = repository.Lease("ant");
        Assert.Equal("2", other.Model.Metadata["seed"]);
    }

    [Fact]
    public async Task Warming_up_does_not_wait_for_company()
    {
        await using var served = await Served.OfOneAsync(new() { Threads = Environment.ProcessorCount, BatchDelay = TimeSpan.FromSeconds(10) }).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);      // the clock stands
        Assert.True(served.Repository.IsReady);
    }

    [Fact]
    public async Task A_folder_has_versions_of_which_the_highest_answers()
    {
        await using var served = new Served();
        foreach (var version in new[] { 9, 10, 2 }) TestModels.Write(served.Scratch.At("models", "cats", $"{version}", "model.onnx"), version);
        TestModels.Write(served.Scratch.At("models", "cats", "v3", "model.onnx"));
        TestModels.Write(served.Scratch.At("models", ".hidden", "1", "model.onnx"));
        TestModels.Write(served.Scratch.At("models", "two words", "1", "model.onnx"));
        TestModels.Write(served.Scratch.At("models", "dogs", "1", "model.onnx"), 77);
        await served.OpenAsync([], served.Scratch.At("models"));
        Assert.Equal([("cats", "2"), ("cats", "9"), ("cats", "10"), ("dogs", "1")], served.Repository.Index().Select(status => (status.Name, status.Version)));
        Assert.Equal(["10", "10", "2", "77"], new[] { ("", ""), ("cats", ""), ("cats", "2"), ("dogs", "1") }.Select(asked => Seed(served, asked.Item1, asked.Item2)));
    }

    [Theory]
    [InlineData("mouse", null, ServingFault.NotFound, "unknown_model", "there is no model 'mouse'; there is cats.")]
    [InlineData("../../etc/passwd", null, ServingFault.NotFound, "unknown_model", "there is no model '../../etc/passwd'; there is cats.")]
    [InlineData("cats/1/model.onnx", null, ServingFault.NotFound, "unknown_model", "there is no model 'cats/1/model.onnx'; there is cats.")]
    [InlineData("a\nb", null, ServingFault.NotFound, "unknown_model", "there is no model 'a\\012b'; there is cats.")]
    [InlineData("cats", "2", ServingFault.NotFound, "unknown_version", "the model 'cats' has no version '2'; it has 1.")]
    [InlineData("cats", "../1", ServingFault.NotFound, "unknown_version", "the model 'cats' has no version '../1'; it has 1.")]
    public async Task What_is_not_there_is_said_not_looked_for(string name, string? version, ServingFault fault, string reason, string message)
    {
        await using var served = new Served();
        TestModels.Write(served.Scratch.At("models", "cats", "1", "model.onnx"));
        await served.OpenAsync([], served.Scratch.At("models"));
        var refusal = Assert.Throws<ServingException>(() => served.Repository.Lease(name, version));
        Assert.Equal((fault, reason, message), (refusal.Fault, refusal.Reason, refusal.Message));
        Assert.Equal(1, served.Repository.Meter.Rejects[reason]);
        if (version is null) Assert.Equal(ServingFault.NotFound, (await Assert.ThrowsAsync<ServingException>(() => served.Repository.LoadAsync(name))).Fault);
    }

    [Fact]
    public async Task All_files_at_fault_are_named_with_what_to_do_and_nothing_stays_open()
    {
        await using var served = new Served();
        var (plain, damaged) = (TestModels.Write(served.Scratch.At("plain.onnx"), namesClasses: false, saysPreprocessing: false), served.Scratch.At("damaged.onnx"));
        await File.WriteAllBytesAsync(damaged, TestModels.Bytes()[..^40], TestContext.Current.CancellationToken);
        string[] files = [TestModels.Write(served.Scratch.At("good.onnx")), plain, damaged, served.Scratch.At("none.onnx"), Repository.At("tests", "Shared", "channel-means.onnx")];
        var fault = await Assert.ThrowsAsync<ModelLoadException>(() => served.OpenAsync(files, null));
        Assert.Contains($"{plain} does not say what its classes are called nor how its pictures are prepared, and a server that guessed would give wrong answers.\nWrite the file with justalexnet export CHECKPOINT --output plain.onnx.", fault.Message, StringComparison.Ordinal);
        Assert.Contains($"{damaged} is no network that ONNX Runtime can run", fault.Message, StringComparison.Ordinal);
        Assert.Contains($"{files[3]}: there is no such file.", fault.Message, StringComparison.Ordinal);
        Assert.Contains($"{files[4]} does not say what its classes", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("good.onnx", fault.Message, StringComparison.Ordinal);
        Assert.Single(served.Networks);
        Assert.Empty(served.Alive);
    }

    [Fact]
    public async Task Names_that_cannot_be_and_folders_without_models_are_refused()
    {
        await using var served = new Served();
        var (spaced, one, two) = (TestModels.Write(served.Scratch.At("my model.onnx")), TestModels.Write(served.Scratch.At("a", "m.onnx")), TestModels.Write(served.Scratch.At("b", "m.onnx")));
        var fault = await Assert.ThrowsAsync<ModelLoadException>(() => served.OpenAsync([spaced, one, two], null));
        Assert.Equal(
            $"{spaced}: a model is called after its file, and 'my model' is no name: expected 1 to 64 letters, digits, '_', '-' and '.', the first no '.'.\nRename the file.\n" +
            $"{two}: another file is called m too, and a model is called after its file.\nRename one of them.", fault.Message);
        Assert.StartsWith($"{served.Scratch.At("empty")}: there is no such folder.", (await Assert.ThrowsAsync<ModelLoadException>(() => served.OpenAsync([], served.Scratch.At("empty")))).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(served.Scratch.At("empty"));
        Assert.StartsWith($"{served.Scratch.At("empty")} holds no model, expected NAME/VERSION/model.onnx", (await Assert.ThrowsAsync<ModelLoadException>(() => served.OpenAsync([], served.Scratch.At("empty")))).Message, StringComparison.Ordinal);
        Assert.StartsWith("there is no model to serve.", (await Assert.ThrowsAsync<ModelLoadException>(() => served.OpenAsync([], null))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => served.OpenAsync([one], null, new ServingOptions { MaxBatch = 0 }));
    }

    [Fact]
    public async Task Unloading_answers_whoever_holds_a_lease_and_lasts_until_loading()
    {
        await using var served = await Served.OfOneAsync();
        var repository = served.Repository;
        var lease = repository.Lease();
        using var admission = repository.Admit();
        await repository.UnloadAsync("m");
        Assert.False(repository.IsReady);
        Assert.Equal([new ModelStatus("m", "1", ModelState.Unavailable, "unloaded")], repository.Index());
        Assert.Equal((ServingFault.Unavailable, "not_ready"), Assert.Throws<ServingException>(() => repository.Lease("m")) is var refusal ? (refusal.Fault, refusal.Reason) : default);
        Assert.Equal(1, (await lease.Model.InferAsync(admission, [TestFiles.Plain(1)], served.Deadline, TestContext.Current.CancellationToken)).Count);
        Assert.Single(served.Alive);
        lease.Dispose();
        lease.Dispose();
        Assert.Empty(served.Alive);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => lease.Model.InferAsync(admission, [TestFiles.Plain(1)], served.Deadline, TestContext.Current.CancellationToken));
        for (var i = 0; i < 3; i++) await repository.LookAsync();
        Assert.Single(served.Networks);
        await repository.LoadAsync("m");
        Assert.True(repository.IsReady);
        Assert.Equal(1, (await served.AskAsync([TestFiles.Plain(1)])).Count);
        Assert.Single(served.Alive);
    }

    internal static string Seed(Served served, string? name = null, string? version = null)
    {
        using var lease = served.Repository.Lease(name, version);
        return lease.Model.Metadata["seed"];
    }
}
