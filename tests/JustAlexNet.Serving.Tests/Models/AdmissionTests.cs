namespace JustAlexNet.Serving.Tests;

public sealed class AdmissionTests
{
    private static readonly ServingOptions Options = new() { QueueLength = 4, MaxPictures = 3, Threads = Environment.ProcessorCount };

    [Fact]
    public async Task A_full_queue_refuses_with_the_time_that_it_will_take_and_places_come_back()
    {
        await using var served = await Served.OfOneAsync(Options);
        var repository = served.Repository;
        var (one, three) = (repository.Admit(), repository.Admit(3));
        Assert.Equal(4, repository.Meter.Admitted);
        var network = served.Networks[0];
        for (var i = 0; i < 3; i++) await network.EnteredAsync();
        network.Holds = true;
        using (var lease = repository.Lease())
        {
            var asked = lease.Model.InferAsync(one, [TestFiles.Plain(1)], served.Deadline, TestContext.Current.CancellationToken);
            await network.EnteredAsync();
            served.Time.Advance(TimeSpan.FromSeconds(2));
            network.Release();
            await asked;
        }
        var refusal = Assert.Throws<ServingException>(() => repository.Admit());
        Assert.Equal((ServingFault.QueueFull, "queue_full", "4 pictures wait already, the limit is 4.\nTry again later."), (refusal.Fault, refusal.Reason, refusal.Message));
        Assert.Equal(TimeSpan.FromSeconds(8), refusal.RetryAfter);      // 4 pictures of 2 s, the rate measured last
        three.Dispose();
        three.Dispose();
        Assert.Equal(1, repository.Meter.Admitted);
        repository.Admit(3).Dispose();
        one.Dispose();
        Assert.Equal(0, repository.Meter.Admitted);
        Assert.Equal(1, repository.Meter.Rejects["queue_full"]);
    }

    [Fact]
    public async Task A_request_grows_with_its_body_as_far_as_it_may()
    {
        await using var served = await Served.OfOneAsync(Options);
        using var first = served.Repository.Admit();
        using var second = served.Repository.Admit();
        first.Grow(3);
        first.Grow(2);
        Assert.Equal((3, 4), (first.Pictures, served.Repository.Meter.Admitted));
        Assert.Equal(ServingFault.QueueFull, Assert.Throws<ServingException>(() => second.Grow(2)).Fault);
        var large = Assert.Throws<ServingException>(() => first.Grow(4));
        Assert.Equal((ServingFault.TooLarge, "the request has 4 pictures, the limit is 3.\nSend several requests."), (large.Fault, large.Message));
        Assert.Equal((3, 1), (first.Pictures, second.Pictures));
        second.Dispose();
        Assert.Throws<ObjectDisposedException>(() => second.Grow(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => served.Repository.Admit(0));
    }

    [Fact]
    public async Task Asking_with_more_pictures_than_places_takes_them_or_is_refused()
    {
        await using var served = await Served.OfOneAsync(Options);
        byte[][] pictures = [TestFiles.Plain(1), TestFiles.Plain(2), TestFiles.Plain(3)];
        Assert.Equal(3, (await served.AskAsync(pictures)).Count);
        using var others = served.Repository.Admit(2);
        Assert.Equal("queue_full", (await Assert.ThrowsAsync<ServingException>(() => served.AskAsync(pictures))).Reason);
        Assert.Equal("too_many_pictures", (await Assert.ThrowsAsync<ServingException>(() => served.AskAsync([.. pictures, pictures[0]]))).Reason);
        Assert.Equal([("queue_full", 1), ("too_many_pictures", 1)], served.Repository.Meter.Rejects.Select(reject => (reject.Key, (int)reject.Value)));
        Assert.Equal(2, served.Repository.Meter.Admitted);
    }

    [Fact]
    public async Task Draining_answers_whoever_is_in_and_lets_nobody_in()
    {
        await using var served = await Served.OfOneAsync(Options);
        var repository = served.Repository;
        Assert.True(repository.IsReady);
        var admission = repository.Admit();
        using var lease = repository.Lease();
        var drained = repository.DrainAsync(TimeSpan.FromSeconds(10));
        Assert.False(repository.IsReady);
        var refusal = Assert.Throws<ServingException>(() => repository.Admit());
        Assert.Equal((ServingFault.Unavailable, "draining"), (refusal.Fault, refusal.Reason));
        Assert.Equal(2, (await lease.Model.InferAsync(admission, [TestFiles.Plain(1), TestFiles.Plain(2)], served.Deadline, TestContext.Current.CancellationToken)).Count);
        Assert.False(drained.IsCompleted);
        admission.Dispose();
        Assert.True(await drained);
        Assert.True(await repository.DrainAsync(TimeSpan.Zero));
    }

    [Fact]
    public async Task Draining_gives_up_at_its_limit()
    {
        await using var served = await Served.OfOneAsync(Options);
        using var admission = served.Repository.Admit();
        var drained = served.Repository.DrainAsync(TimeSpan.FromSeconds(10));
        while (!drained.IsCompleted)
        {
            served.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }
        Assert.False(await drained);
    }

    [Fact]
    public async Task A_caller_that_has_gone_takes_no_place()
    {
        await using var served = await Served.OfOneAsync(Options);
        Assert.ThrowsAny<OperationCanceledException>(() => served.Repository.Admit(1, new CancellationToken(canceled: true)));
        Assert.Equal(0, served.Repository.Meter.Admitted);
    }
}
