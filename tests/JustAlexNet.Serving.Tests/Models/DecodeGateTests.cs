namespace JustAlexNet.Serving.Tests;

public sealed class DecodeGateTests
{
    private readonly CancellationToken never = TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_more_than_so_many_are_inside_and_the_rest_in_order_of_arrival()
    {
        var gate = new DecodeGate(2, pixels: 100);
        var (first, second) = (await gate.EnterAsync(1, never), await gate.EnterAsync(1, never));
        var waiting = Enumerable.Range(0, 3).Select(_ => gate.EnterAsync(1, never)).ToList();
        Assert.DoesNotContain(waiting, task => task.IsCompleted);
        first.Dispose();
        (await waiting[0]).Dispose();
        (await waiting[1]).Dispose();
        var last = await waiting[2];
        second.Dispose();
        last.Dispose();
    }

    [Fact]
    public async Task Pixels_inside_have_a_bound_together_and_a_small_one_does_not_overtake()
    {
        var gate = new DecodeGate(10, pixels: 100);
        var inside = await gate.EnterAsync(60, never);
        var (large, small) = (gate.EnterAsync(50, never), gate.EnterAsync(1, never));
        Assert.False(large.IsCompleted || small.IsCompleted);
        inside.Dispose();
        (await large).Dispose();
        (await small).Dispose();
        (await gate.EnterAsync(100, never)).Dispose();      // all came back
    }

    [Fact]
    public async Task One_that_gives_up_no_longer_stands_in_the_way()
    {
        var gate = new DecodeGate(10, pixels: 100);
        using var inside = await gate.EnterAsync(60, never);
        using var stop = new CancellationTokenSource();
        var (large, small) = (gate.EnterAsync(50, stop.Token), gate.EnterAsync(40, never));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        (await small).Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gate.EnterAsync(1, stop.Token));
    }

    [Fact]
    public async Task Under_many_threads_the_bounds_hold_and_everything_comes_back()
    {
        var gate = new DecodeGate(3, pixels: 100);
        var (inside, most, pixels, mostPixels) = (0, 0, 0L, 0L);
        var counting = new Lock();
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = never }, async (i, _) =>
        {
            var stop = new CancellationTokenSource();
            if (i % 5 == 0) ThreadPool.QueueUserWorkItem(_ => stop.Cancel());
            var size = 1 + i * 13 % 60;
            try
            {
                using var turn = await gate.EnterAsync(size, stop.Token);
                lock (counting) (most, mostPixels) = (Math.Max(most, ++inside), Math.Max(mostPixels, pixels += size));
                await Task.Yield();
                lock (counting) (inside, pixels) = (inside - 1, pixels - size);
            }
            catch (OperationCanceledException) when (i % 5 == 0)
            {
                // that is what it was for
            }
        });
        Assert.InRange(most, 1, 3);
        Assert.InRange(mostPixels, 1, 100);
        DecodeGate.Turn[] all = [await gate.EnterAsync(98, never), await gate.EnterAsync(1, never), await gate.EnterAsync(1, never)];
        foreach (var turn in all) turn.Dispose();
    }
}
