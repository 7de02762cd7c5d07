namespace JustAlexNet.Serving.Tests;

public sealed class ServingOptionsTests
{
    [Fact]
    public void Defaults_have_no_fault_and_every_bound_is_finite()
    {
        var options = new ServingOptions();
        options.Check();
        Assert.Equal((2, TimeSpan.Zero, 64, 64, 50_000_000L), (options.MaxBatch, options.BatchDelay, options.QueueLength, options.MaxPictures, options.MaxPixels));
    }

    [Fact]
    public void All_faults_are_named_by_their_settings()
    {
        var options = new ServingOptions
        {
            MaxBatch = 0, BatchDelay = TimeSpan.FromSeconds(-1), QueueLength = 4, MaxPictures = 5, RequestTimeout = TimeSpan.Zero, MaxPixels = 0, MaxBodyBytes = 0, DecodeConcurrency = 0, Threads = Environment.ProcessorCount + 1,
        };
        Assert.Equal(
            [
                "`max_batch` is 0, expected 1 to 1024.", "`batch_delay` is -1 s, expected 0 to 10 s.", "`request_timeout` is 0 s, expected more: no request would ever be answered.", "`max_pixels` is 0, expected 1 to 178956970.",
                "`max_pictures` is 5, expected at most `queue_length` (4): such a request would never be let in.", "`max_body_bytes` is 0, expected 1 to 2147483591.", "`decode_concurrency` is 0, expected 1 to 1024.",
                $"`threads` is {Environment.ProcessorCount + 1}, expected 0 to {Environment.ProcessorCount}.",
            ],
            options.Faults());
        Assert.StartsWith("ServingOptions: 8 faults.  `max_batch` is 0", Assert.Throws<ArgumentException>(options.Check).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Batches_side_by_side_times_their_threads_are_the_cores_at_most()
    {
        for (var threads = 0; threads <= Environment.ProcessorCount; threads++)
        {
            var options = new ServingOptions { Threads = threads };
            Assert.InRange(options.Batches * options.BatchThreads, 1, Environment.ProcessorCount);
            Assert.True((options.Batches + 1) * options.BatchThreads > Environment.ProcessorCount);
        }
    }
}
