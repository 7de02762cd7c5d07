namespace JustAlexNet.Serving;

/// <summary>
/// Threads that decode and do nothing else, started as they are needed. The shared pool of arrays keeps memory for each thread that used it: so it is as many pictures as are decoded side by side, not one for every thread of the
/// process. Thread-safe.
/// </summary>
/// <param name="most">Threads, 1 or more.</param>
internal sealed class DecodeThreads(int most) : IDisposable
{
    private readonly object gate = new();       // with Monitor.Wait, which Lock does not have
    private readonly Queue<(Action Decode, TaskCompletionSource Done)> queue = [];
    private readonly List<Thread> threads = [];
    private int idle;
    private bool ended;

    /// <summary>Decodes on one of the threads, in order of arrival.</summary>
    /// <exception cref="ServingException">The server has ended.</exception>
    public Task RunAsync(Action decode)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (ended) throw Scheduler.Ended();
            queue.Enqueue((decode, done));
            if (queue.Count > idle && threads.Count < most)
            {
                threads.Add(new Thread(Loop) { Name = $"JustAlexNet decode {threads.Count + 1}", IsBackground = true });
                threads[^1].Start();
            }
            Monitor.Pulse(gate);
        }
        return done.Task;
    }

    /// <summary>Returns when what was asked for is decoded.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            ended = true;
            Monitor.PulseAll(gate);
        }
        foreach (var thread in threads) thread.Join();
    }

    private void Loop()
    {
        while (Next() is var (decode, done))
        {
            try
            {
                decode();
                done.SetResult();
            }
            catch (Exception e)         // whatever it is: who waits for the picture hears of it
            {
                done.SetException(e);
            }
        }
    }

    private (Action Decode, TaskCompletionSource Done)? Next()
    {
        lock (gate)
        {
            while (queue.Count == 0)
            {
                if (ended) return null;
                idle++;
                Monitor.Wait(gate);
                idle--;
            }
            return queue.Dequeue();
        }
    }
}
