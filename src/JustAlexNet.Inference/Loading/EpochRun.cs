using System.Runtime.ExceptionServices;

namespace JustAlexNet.Inference;

/// <summary>One pass over the samples: threads fill batches ahead of one consumer, who takes them in order.</summary>
/// <remarks>
/// The threads share a batch, one picture at a time and in order, so that the first is ready early. At most <c>prefetch</c> batches are begun
/// and not yet taken. Every wait is on one lock, and stopping ends every wait. Threads never touch a tensor, but for making a buffer.
/// </remarks>
internal sealed class EpochRun : IDisposable
{
    private readonly EpochPlan plan;
    private readonly Preparation preparation;
    private readonly int prefetch;
    private readonly Thread[] threads;

    private readonly object gate = new();
    private readonly Queue<PendingBatch> begun = new();   // in order; those at the front may be full already
    private PendingBatch? filling;                        // the youngest of them
    private int nextBatch;
    private ExceptionDispatchInfo? failure;
    private bool stopped;

    public EpochRun(EpochPlan plan, Preparation preparation, int startAt, int workers, int prefetch, Func<int, int, BatchBuffer> makeBuffer)
    {
        (this.plan, this.preparation, this.prefetch) = (plan, preparation, prefetch);
        nextBatch = startAt;
        Buffers = new(Math.Min(plan.BatchSize, plan.Samples.Count), preparation.Side, makeBuffer);
        threads = [.. Enumerable.Range(1, workers).Select(i => new Thread(Work) { IsBackground = true, Name = $"JustAlexNet loader {i}" })];
    }

    public BufferPool Buffers { get; }

    public void Start()
    {
        foreach (var thread in threads) thread.Start();
    }

    /// <summary>Starts the threads and gives the batches in order. Each belongs to the caller, who disposes it.</summary>
    public IEnumerable<PixelBatch> Batches()
    {
        Start();
        while (Next() is { } pending) yield return new PixelBatch(pending, plan.Samples, Buffers);
    }

    /// <summary>The next full batch, or null after the last one. Its buffer is the caller's, to be returned to <see cref="Buffers"/>.</summary>
    public PendingBatch? Next()
    {
        lock (gate)
        {
            if (threads.Length == 0) FillHere();   // under the lock, so that Dispose elsewhere cannot free the buffer meanwhile
            while (true)
            {
                ObjectDisposedException.ThrowIf(stopped, this);
                failure?.Throw();
                if (begun.TryPeek(out var first) ? first.Remaining == 0 : nextBatch == plan.Batches)
                {
                    Monitor.PulseAll(gate);   // there is room for another batch
                    return begun.TryDequeue(out first) ? first : null;
                }
                Monitor.Wait(gate);
            }
        }
    }

    /// <summary>Stops the threads, waits until they are gone, and frees the buffers that are not handed out. A second call does nothing.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.PulseAll(gate);
        }
        foreach (var thread in threads)
            if ((thread.ThreadState & ThreadState.Unstarted) == 0) thread.Join();
        lock (gate)
            while (begun.TryDequeue(out var batch)) Buffers.Return(batch.Buffer);
        Buffers.Dispose();
    }

    private void FillHere()
    {
        for (var batch = Claim(out var slot); batch is not null; batch = slot + 1 < batch.Indices.Length ? Claim(out slot) : null) Fill(batch, slot);
    }

    private void Work()
    {
        try
        {
            while (Claim(out var slot) is { } batch) Fill(batch, slot);
        }
        catch (Exception fault)   // no memory for a buffer, for example: the consumer must hear of it
        {
            lock (gate)
            {
                failure = ExceptionDispatchInfo.Capture(fault);
                Monitor.PulseAll(gate);
            }
        }
    }

    private void Fill(PendingBatch batch, int slot)
    {
        batch.Fill(slot, preparation, plan.Samples[batch.Indices[slot]].Path, plan.Epoch, plan.StreamOf(batch.Number, slot, batch.Indices[slot]));
        lock (gate)
            if (--batch.Remaining == 0) Monitor.PulseAll(gate);
    }

    /// <summary>The next picture nobody prepares yet; waits for room. Null if there is nothing more to do.</summary>
    private PendingBatch? Claim(out int slot)
    {
        lock (gate)
        {
            while (!stopped)
            {
                if (filling is { } open && open.NextSlot < open.Indices.Length)
                {
                    slot = open.NextSlot++;
                    return open;
                }
                if (nextBatch == plan.Batches) break;
                if (begun.Count < prefetch) Begin();
                else Monitor.Wait(gate);
            }
        }
        slot = -1;
        return null;
    }

    private void Begin()
    {
        filling = new(nextBatch, plan.IndicesOf(nextBatch), Buffers.Rent());
        begun.Enqueue(filling);
        nextBatch++;
    }
}
