namespace JustAlexNet.Serving;

/// <summary>
/// The one queue before the processor, for all models: requests in order of arrival. A free thread takes the oldest request and, with it, as many waiting pictures of the same model as a batch holds.
/// Threads x threads of a batch are the cores at most. Thread-safe.
/// </summary>
internal sealed class Scheduler : IDisposable
{
    private const double Smoothing = 0.2;

    private readonly object gate = new();       // with Monitor.Wait, which Lock does not have
    private readonly LinkedList<Work> queue = [];
    private readonly Thread[] threads;
    private readonly ITimer timer;
    private readonly ServingOptions options;
    private readonly TimeProvider time;
    private TimeSpan perPicture;
    private bool ended;

    public Scheduler(ServingOptions options, TimeProvider time)
    {
        (this.options, this.time) = (options, time);
        timer = time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        threads = [.. Enumerable.Range(1, options.Batches).Select(i => new Thread(Loop) { Name = $"JustAlexNet batch {i}", IsBackground = true })];
        foreach (var thread in threads) thread.Start();
    }

    /// <summary>Time a picture takes with all threads at work, measured lately; zero before the first.</summary>
    public TimeSpan PerPicture
    {
        get
        {
            lock (gate) return perPicture;
        }
    }

    /// <summary>Pictures of a side that pass the network together: above 512 pixels a side no more pixels than at 512, as <see cref="Inference.Predictor.BatchSizeOf"/>.</summary>
    public static int BatchOf(int side, int most) => (int)Math.Clamp(most * 512L * 512 / ((long)side * side), 1, most);

    /// <summary>Takes work through the network, in its turn.</summary>
    /// <returns>Ends when nothing of it is in the network any more.</returns>
    /// <exception cref="ServingException">The deadline passed before all of it began, the network failed, or the server ended.</exception>
    /// <exception cref="OperationCanceledException">The caller left before all of it began.</exception>
    public async Task RunAsync(Work work)
    {
        lock (gate)
        {
            if (ended) throw Ended();
            work.QueuedAt = time.GetTimestamp();
            work.Counters?.Wait(1);
            queue.AddLast(work);
            Monitor.PulseAll(gate);
        }
        using var leaving = work.Clock?.Token.UnsafeRegister(_ => TakeOut(work, work.Clock.Reason()), null);
        await work.Completion.ConfigureAwait(false);
    }

    /// <summary>Refuses what waits and returns when the batches that have begun are over.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            ended = true;
            foreach (var work in queue.ToList()) Remove(work, Ended());
            Monitor.PulseAll(gate);
        }
        foreach (var thread in threads) thread.Join();
        timer.Dispose();
    }

    /// <summary>What those hear who ask when it is over.</summary>
    public static ServingException Ended() => new(ServingFault.Unavailable, "draining", "the server is about to end.\nAsk another one, or this one when it is back.");

    private void Loop()
    {
        while (Next() is { } batch) Run(batch);
    }

    /// <summary>Waits for a batch; null at the end.</summary>
    private Batch? Next()
    {
        lock (gate)
        {
            while (true)
            {
                foreach (var over in queue.Where(work => work.Clock?.IsOver == true).ToList()) Remove(over, over.Clock!.Reason());
                if (Ready() is { } first) return Take(first);
                if (ended) return null;
                Monitor.Wait(gate);
            }
        }
    }

    /// <summary>The oldest request whose batch need not wait: it is full, or has waited as long as it may, or warms a model up. Where all wait, the timer is set.</summary>
    private Work? Ready()
    {
        if (options.BatchDelay == TimeSpan.Zero) return queue.First?.Value;
        var next = Timeout.InfiniteTimeSpan;
        foreach (var first in queue.DistinctBy(work => work.Network))
        {
            var left = options.BatchDelay - time.GetElapsedTime(first.QueuedAt);
            if (left <= TimeSpan.Zero || first.Counters is null || queue.Where(work => work.Network == first.Network).Sum(work => work.Waiting) >= Size(first)) return first;
            next = next == Timeout.InfiniteTimeSpan || left < next ? left : next;
        }
        if (queue.Count > 0) timer.Change(next, Timeout.InfiniteTimeSpan);
        return null;
    }

    private int Size(Work work) => BatchOf(work.Network.Preprocessing.Side, options.MaxBatch);

    private Batch Take(Work first)
    {
        var (room, parts) = (Size(first), new List<Part>());
        for (var node = queue.First; node is not null && room > 0;)
        {
            var (work, next) = (node.Value, node.Next);
            if (work.Network == first.Network)
            {
                var count = Math.Min(room, work.Waiting);
                if (work.Taken == 0)
                {
                    work.BegunAt = time.GetTimestamp();
                    work.Counters?.Wait(-1);
                }
                parts.Add(new(work, work.Taken, count));
                work.Taken += count;
                room -= count;
                if (work.Waiting == 0) queue.Remove(node);
            }
            node = next;
        }
        return new(first.Network, parts);
    }

    private void Run(Batch batch)
    {
        var (start, count, fault) = (time.GetTimestamp(), batch.Parts.Sum(part => part.Count), (Exception?)null);
        try
        {
            var logits = new float[count * batch.Network.Classes.Count];
            batch.Network.Run([.. batch.Parts.SelectMany(part => part.Work.Pictures.Skip(part.From).Take(part.Count))], logits);
            batch.Scatter(logits);
        }
        catch (Exception e)         // whatever it is: those who wait for the batch hear of it
        {
            fault = e;
        }
        lock (gate)
        {
            var took = time.GetElapsedTime(start) / count / threads.Length;
            perPicture = perPicture == TimeSpan.Zero ? took : perPicture + (took - perPicture) * Smoothing;
            foreach (var counters in batch.Parts.Select(part => part.Work.Counters).OfType<ModelCounters>().Take(1)) counters.Executed(count);
            foreach (var (work, _, pictures) in batch.Parts)
            {
                work.Ended += pictures;
                work.EndedAt = time.GetTimestamp();
                if (fault is null) work.CompleteIfOver();
                else Remove(work, new ServingException(ServingFault.Internal, "network_failed", "the network failed on this request; the server's log says why.", fault));
            }
        }
    }

    private void TakeOut(Work work, Exception reason)
    {
        lock (gate) if (work.Waiting > 0) Remove(work, reason);
    }

    private void Remove(Work work, Exception reason)
    {
        queue.Remove(work);
        if (work.Taken == 0) work.Counters?.Wait(-1);
        work.Fault ??= reason;
        work.CompleteIfOver();
    }

    private void Wake()
    {
        lock (gate) Monitor.PulseAll(gate);
    }

    private sealed record Part(Work Work, int From, int Count);

    private sealed record Batch(ServedNetwork Network, List<Part> Parts)
    {
        /// <summary>Each request's rows into its own.</summary>
        public void Scatter(float[] logits)
        {
            var (at, classes) = (0, Network.Classes.Count);
            foreach (var (work, from, count) in Parts)
            {
                logits.AsSpan(at, count * classes).CopyTo(work.Logits.AsSpan(from * classes));
                at += count * classes;
            }
        }
    }
}
