namespace JustAlexNet.Serving.Tests;

public sealed class HotReloadTests : IAsyncLifetime
{
    private readonly Served served = new();
    private DateTime written = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private ModelRepository Repository => served.Repository;

    private string Folder => served.Scratch.At("models");

    private string Version1 => served.Scratch.At("models", "cats", "1", "model.onnx");

    public async ValueTask InitializeAsync()
    {
        Write(Version1, TestModels.Bytes(seed: 1));
        await served.OpenAsync([], Folder);
    }

    public ValueTask DisposeAsync() => served.DisposeAsync();

    [Fact]
    public async Task A_file_is_taken_when_it_has_stood_still_for_a_look()
    {
        var whole = TestModels.Bytes(seed: 2);
        Write(Version1, whole[..40]);
        await Repository.LookAsync();
        Write(Version1, whole[..80]);
        await Repository.LookAsync();
        Write(Version1, whole);
        await Repository.LookAsync();
        Assert.Equal(("1", 1), (Seed(), served.Networks.Count));        // it grew from look to look: nobody tried to open it
        await Repository.LookAsync();
        Assert.Equal(("2", 2), (Seed(), served.Networks.Count));
        Assert.Single(served.Alive);
        await Repository.LookAsync();
        Assert.Equal(2, served.Networks.Count);
    }

    [Fact]
    public async Task What_was_unloaded_stays_out_whatever_versions_come()
    {
        await Repository.UnloadAsync("cats");
        Write(served.Scratch.At("models", "cats", "2", "model.onnx"), TestModels.Bytes(seed: 2));
        await LookTwiceAsync();
        Assert.All(Repository.Index(), status => Assert.Equal((ModelState.Unavailable, "unloaded"), (status.State, status.Reason)));
        Assert.Equal(2, Repository.Index().Count);
        await Repository.LoadAsync("cats");
        Assert.Equal("2", Seed());
    }

    [Fact]
    public async Task An_order_while_the_folder_is_away_says_so_and_the_model_is_served_on()
    {
        Directory.Move(Folder, Folder + ".away");
        Assert.Equal((ServingFault.Unavailable, "no_folder"), (await Assert.ThrowsAsync<ServingException>(() => Repository.LoadAsync("cats"))) is var refusal ? (refusal.Fault, refusal.Reason) : default);
        Assert.Equal("1", Seed());
        Directory.Move(Folder + ".away", Folder);
        await Repository.LoadAsync("cats");
    }

    [Fact]
    public async Task A_newer_file_that_fails_leaves_the_old_model_and_says_why_and_is_not_tried_again()
    {
        Write(Version1, TestModels.Bytes(seed: 2)[..^40]);
        await LookTwiceAsync();
        Assert.Equal("1", Seed());
        Assert.True(Repository.IsReady);
        var status = Assert.Single(Repository.Index());
        Assert.Equal(ModelState.Ready, status.State);
        Assert.StartsWith("the newer file is refused and the one before it is served on: cats/1/model.onnx is no network that ONNX Runtime can run", status.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(Folder, status.Reason, StringComparison.Ordinal);
        Assert.True(status.IsRefused);
        var refusal = await Assert.ThrowsAsync<ServingException>(() => Repository.LoadAsync("cats"));
        Assert.Equal((ServingFault.BadInput, "cannot_load"), (refusal.Fault, refusal.Reason));
        Assert.DoesNotContain(Folder, refusal.Message, StringComparison.Ordinal);

        Write(Version1, TestModels.Bytes(seed: 3));
        await LookTwiceAsync();
        Assert.Equal(("3", ""), (Seed(), Assert.Single(Repository.Index()).Reason));
        Assert.Single(served.Alive);
    }

    [Fact]
    public async Task What_becomes_of_a_model_is_told()
    {
        var told = new List<ModelStatus>();
        Repository.Changed += (_, status) => told.Add(status);
        Write(Version1, TestModels.Bytes(seed: 2));
        await LookTwiceAsync();
        Directory.Delete(Path.GetDirectoryName(Version1)!, recursive: true);
        await LookTwiceAsync();
        Assert.Equal(
            [new("cats", "1", ModelState.Ready, "a newer file is being loaded"), new("cats", "1", ModelState.Ready, ""), new ModelStatus("cats", "1", ModelState.Unavailable, "removed")], told);
        Assert.False(Repository.IsReady);
    }

    [Fact]
    public async Task A_model_without_what_a_server_must_know_is_refused_and_freed()
    {
        Write(served.Scratch.At("models", "dogs", "1", "model.onnx"), TestModels.Bytes(saysPreprocessing: false));
        await LookTwiceAsync();
        var status = Repository.Index()[1];
        Assert.Equal(("dogs", ModelState.Unavailable), (status.Name, status.State));
        Assert.Equal("dogs/1/model.onnx does not say how its pictures are prepared, and a server that guessed would give wrong answers.\nWrite the file with justalexnet export CHECKPOINT --output model.onnx.", status.Reason);
        Assert.Equal(ServingFault.Unavailable, Assert.Throws<ServingException>(() => Repository.Lease("dogs")).Fault);
        Assert.True(Repository.IsReady);        // the others answer
        Assert.Single(served.Alive);
    }

    [Fact]
    public async Task A_new_version_answers_beside_the_old_one_and_a_removed_one_no_more()
    {
        var second = served.Scratch.At("models", "cats", "2", "model.onnx");
        Write(second, TestModels.Bytes(seed: 2));
        await Repository.LookAsync();
        Assert.Equal((ModelState.Loading, "1"), (Repository.Index()[1].State, Seed()));
        Assert.Equal("not_ready", Assert.Throws<ServingException>(() => Repository.Lease("cats", "2")).Reason);
        await Repository.LookAsync();
        Assert.Equal(("2", "1"), (Seed(), Seed("1")));

        File.Delete(second);        // in the middle of being replaced, perhaps
        await LookTwiceAsync();
        Assert.Equal("2", Seed());
        Directory.Delete(Path.GetDirectoryName(second)!);
        await Repository.LookAsync();
        Assert.Equal("2", Seed());
        await Repository.LookAsync();
        Assert.Equal("1", Seed());
        Assert.Equal(ServingFault.NotFound, Assert.Throws<ServingException>(() => Repository.Lease("cats", "2")).Fault);
        Assert.Single(served.Alive);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_read_takes_nothing_away()
    {
        Directory.Move(Folder, Folder + "-away");
        await LookTwiceAsync();
        await LookTwiceAsync();
        Assert.Equal(("1", "its folder cannot be read now; what was loaded is served on"), (Seed(), Assert.Single(Repository.Index()).Reason));
        Directory.Move(Folder + "-away", Folder);
        await LookTwiceAsync();
        Assert.Equal(("1", ""), (Seed(), Assert.Single(Repository.Index()).Reason));
    }

    [Fact]
    public async Task A_replaced_model_is_freed_when_its_last_lease_is_back()
    {
        var old = served.Networks[0];
        var (first, second) = (Repository.Lease(), Repository.Lease());
        Write(Version1, TestModels.Bytes(seed: 2));
        await LookTwiceAsync();
        Assert.Equal(("2", "1"), (Seed(), first.Model.Metadata["seed"]));
        first.Dispose();
        Assert.False(old.IsFreed);
        second.Dispose();
        Assert.True(old.IsFreed);
    }

    [Fact]
    public async Task A_request_in_the_network_keeps_its_model_even_without_its_lease()
    {
        var old = served.Networks[0];
        for (var i = 0; i < 3; i++) await old.EnteredAsync();
        old.Holds = true;
        using var admission = Repository.Admit();
        var lease = Repository.Lease();
        var asked = lease.Model.InferAsync(admission, [TestFiles.Plain(1)], served.Deadline, TestContext.Current.CancellationToken);
        await old.EnteredAsync();
        lease.Dispose();
        await Repository.UnloadAsync("cats", TestContext.Current.CancellationToken);
        Assert.False(old.IsFreed);
        old.Release();
        Assert.Equal(1, (await asked).Count);
        Assert.True(old.IsFreed);
    }

    [Fact]
    public async Task Under_load_no_request_fails_while_models_are_replaced()
    {
        var stop = TestContext.Current.CancellationToken;
        using var over = new CancellationTokenSource();
        var seen = new HashSet<string>();
        var answered = 0;
        var callers = Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                using var admission = Repository.Admit(1, stop);
                using var lease = Repository.Lease("cats");
                var logits = await lease.Model.InferAsync(admission, [TestFiles.Plain(caller)], served.Deadline, stop);
                Assert.Equal(3, logits.Classes);
                lock (seen) seen.Add(lease.Model.Metadata["seed"]);
                Interlocked.Increment(ref answered);
            }
        }, stop)).ToList();
        for (var seed = 2; seed < 12; seed++)
        {
            Write(Version1, TestModels.Bytes(seed));
            await LookTwiceAsync();
            var before = Volatile.Read(ref answered);
            while (Volatile.Read(ref answered) < before + 5 && !callers.Exists(caller => caller.IsFaulted)) await Task.Yield();      // the new one has answered
        }
        await over.CancelAsync();
        await Task.WhenAll(callers);
        Assert.True(seen.IsSupersetOf(["2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]));
        Assert.Single(served.Alive);
        Assert.Empty(Repository.Meter.Rejects);
        Assert.Equal(answered, Assert.Single(Repository.Meter.Models).Success);
    }

    [Fact]
    public async Task The_watch_looks_every_second()
    {
        Write(Version1, TestModels.Bytes(seed: 2));
        while (Seed() == "1")
        {
            served.Time.Advance(ModelWatch.Interval);
            await Task.Delay(1, TestContext.Current.CancellationToken);     // opening takes real time
        }
        Assert.Single(served.Alive);
    }

    private string Seed(string? version = null) => ModelRepositoryTests.Seed(served, "cats", version);

    private async Task LookTwiceAsync()
    {
        await Repository.LookAsync();
        await Repository.LookAsync();
    }

    // Each a second later than the one before, however fast the test is.
    private void Write(string path, byte[] file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, file);
        File.SetLastWriteTimeUtc(path, written = written.AddSeconds(1));
    }
}
