using Microsoft.Extensions.Time.Testing;

namespace JustAlexNet.Serving.Tests;

public sealed class SchedulerTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly TestNetwork network = new();
    private readonly ServingMeter meter;
    private Scheduler scheduler;

    public SchedulerTests()
    {
        meter = new(time);
        scheduler = new(OneThread, time);
    }

    // One batch at a time, whatever the machine has.
    private static ServingOptions OneThread => new() { Threads = Environment.ProcessorCount, MaxBatch = 4 };

    public void Dispose()
    {
        network.Release(100);
        scheduler.Dispose();
    }

    [Fact]
    public async Task What_waits_goes_together_up_to_the_largest_batch_in_order_of_arrival()
    {
        network.Holds = true;
        var first = Ask(network, [1]);
        await network.EnteredAsync();
        var others = Enumerable.Range(2, 6).Select(i => Ask(network, [i])).ToList();
        network.Release(3);
        await Task.WhenAll(others.Append(first));
        Assert.Equal([[1], [2, 3, 4, 5], [6, 7]], network.Batches);
        Assert.Equal([2f, 2f], await others[0]);
        Assert.Equal([7f, 7f], await others[5]);
    }

    [Fact]
    public async Task A_request_larger_than_a_batch_is_cut_and_filled_up_with_those_behind_it()
    {
        network.Holds = true;
        var first = Ask(network, [9]);
        await network.EnteredAsync();
        var (large, small) = (Ask(network, [1, 2, 3, 4, 5, 6]), Ask(network, [7]));
        network.Release(3);
        Assert.Equal([1f, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6], await large);
        Assert.Equal([7f, 7f], await small);
        await first;
        Assert.Equal([[9], [1, 2, 3, 4], [5, 6, 7]], network.Batches);
    }

    [Fact]
    public async Task Models_take_turns_by_their_oldest_request()
    {
        var other = new TestNetwork();
        network.Holds = true;
        var tasks = new List<Task> { Ask(network, [1]) };
        await network.EnteredAsync();
        tasks.AddRange([Ask(other, [2]), Ask(network, [3]), Ask(other, [4])]);
        network.Release();
        await tasks[1];
        await tasks[3];
        Assert.Equal([[2, 4]], other.Batches);
        await network.EnteredAsync();
        network.Release();
        await Task.WhenAll(tasks);
        Assert.Equal([[1], [3]], network.Batches);
    }

    [Fact]
    public async Task What_has_not_begun_at_its_deadline_is_taken_out_and_what_has_is_answered()
    {
        network.Holds = true;
        var begun = Ask(network, [1], seconds: 5);
        await network.EnteredAsync();
        var waiting = Ask(network, [2], seconds: 5);
        var patient = Ask(network, [3], seconds: 50);
        Assert.Equal(2, Pending);
        time.Advance(TimeSpan.FromSeconds(6));
        var refusal = await Assert.ThrowsAsync<ServingException>(() => waiting);
        Assert.Equal((ServingFault.DeadlineExceeded, "deadline"), (refusal.Fault, refusal.Reason));
        Assert.Equal(1, Pending);
        network.Release(2);
        Assert.Equal([1f, 1f], await begun);
        Assert.Equal([3f, 3f], await patient);
        Assert.Equal([[1], [3]], network.Batches);
        Assert.Equal(0, Pending);
    }

    [Fact]
    public async Task A_caller_that_leaves_is_taken_out()
    {
        network.Holds = true;
        using var left = new CancellationTokenSource();
        var first = Ask(network, [1], left: left.Token);
        await network.EnteredAsync();
        var waiting = Ask(network, [2], left: left.Token);
        await left.CancelAsync();
        var gone = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(left.Token, gone.CancellationToken);
        network.Release();
        Assert.Equal([1f, 1f], await first);
        Assert.Equal([[1]], network.Batches);
    }

    [Fact]
    public async Task Of_a_cut_request_whose_deadline_passes_the_rest_is_taken_out_when_its_batch_is_over()
    {
        network.Holds = true;
        var cut = Ask(network, [1, 2, 3, 4, 5, 6], seconds: 5);
        await network.EnteredAsync();
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.False(cut.IsCompleted);      // its memory is in use
        network.Release();
        Assert.Equal("deadline", (await Assert.ThrowsAsync<ServingException>(() => cut)).Reason);
        network.Holds = false;
        await Ask(network, [7]);
        Assert.Equal([[1, 2, 3, 4], [7]], network.Batches);
    }

    [Fact]
    public async Task A_batch_that_fails_fails_its_requests_and_no_others()
    {
        network.Fault = new InvalidOperationException("no memory");
        var refusal = await Assert.ThrowsAsync<ServingException>(() => Ask(network, [1, 2, 3, 4, 5]));
        Assert.Equal((ServingFault.Internal, "network_failed"), (refusal.Fault, refusal.Reason));
        Assert.Same(network.Fault, refusal.InnerException);
        Assert.DoesNotContain("no memory", refusal.Message, StringComparison.Ordinal);
        network.Fault = null;
        Assert.Equal([6f, 6f], await Ask(network, [6]));
        Assert.Equal([[1, 2, 3, 4], [6]], network.Batches);
    }

    [Fact]
    public async Task A_batch_waits_for_company_as_long_as_it_may_or_until_it_is_full()
    {
        scheduler.Dispose();
        scheduler = new(OneThread with { BatchDelay = TimeSpan.FromMilliseconds(100) }, time);
        var full = Enumerable.Range(1, 4).Select(i => Ask(network, [i])).ToList();
        await Task.WhenAll(full);
        var late = Ask(network, [5], seconds: 80_000);
        var later = Ask(network, [6], seconds: 80_000);
        while (!late.IsCompleted)       // the thread has to see the request before the clock moves on
        {
            time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        await later;
        Assert.Equal([[1, 2, 3, 4], [5, 6]], network.Batches);
    }

    [Fact]
    public async Task As_many_batches_as_the_cores_allow_run_side_by_side()
    {
        scheduler.Dispose();
        var options = new ServingOptions { Threads = 1, MaxBatch = 1 };
        Assert.Equal(Environment.ProcessorCount, options.Batches);
        scheduler = new(options, time);
        network.Holds = true;
        var asked = Enumerable.Range(0, options.Batches + 1).Select(i => Ask(network, [i])).ToList();
        for (var i = 0; i < options.Batches; i++) await network.EnteredAsync();
        Assert.Equal(1, Pending);
        network.Release(options.Batches + 1);
        await Task.WhenAll(asked);
        Assert.Equal(options.Batches + 1, network.Batches.Length);
    }

    [Fact]
    public async Task Executions_are_batches_inferences_pictures_and_the_rate_is_measured()
    {
        network.Holds = true;
        var first = Ask(network, [1]);
        await network.EnteredAsync();
        var second = Ask(network, [2, 3]);
        time.Advance(TimeSpan.FromMilliseconds(30));
        network.Release(2);
        await Task.WhenAll(first, second);
        var count = Assert.Single(meter.Models);
        Assert.Equal((2, 3), (count.Executions, count.Inferences));
        Assert.Equal(TimeSpan.FromMilliseconds(24), scheduler.PerPicture);      // 30 ms, then 0 ms with a weight of a fifth
    }

    [Fact]
    public async Task The_end_refuses_what_waits_and_awaits_what_runs()
    {
        network.Holds = true;
        var begun = Ask(network, [1]);
        await network.EnteredAsync();
        var waiting = Ask(network, [2]);
        var end = Task.Run(scheduler.Dispose, TestContext.Current.CancellationToken);
        Assert.Equal("draining", (await Assert.ThrowsAsync<ServingException>(() => waiting)).Reason);
        Assert.False(end.IsCompleted);
        network.Release();
        Assert.Equal([1f, 1f], await begun);
        await end;
        Assert.Equal(ServingFault.Unavailable, (await Assert.ThrowsAsync<ServingException>(() => Ask(network, [3]))).Fault);
        Assert.Equal(0, Pending);
    }

    private long Pending => meter.Models.Sum(count => count.Pending);

    private async Task<IReadOnlyList<float>> Ask(TestNetwork of, int[] pictures, int seconds = 1000, CancellationToken left = default)
    {
        using var clock = new RequestClock(time, time.GetUtcNow().UtcDateTime.AddSeconds(seconds), TimeSpan.FromDays(1), left);
        var work = new Work(of, [.. pictures.Select(first => new PictureInput(new byte[] { (byte)first, 0, 0 }, default))], meter.Of("m", "1")) { Clock = clock };
        await scheduler.RunAsync(work);
        return work.Logits;
    }
}
