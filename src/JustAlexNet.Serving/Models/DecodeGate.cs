namespace JustAlexNet.Serving;

/// <summary>Bounds what is decoded side by side, by number and by pixels together, in order of arrival. Thread-safe.</summary>
/// <param name="slots">Pictures, 1 or more.</param>
/// <param name="pixels">Pixels; no picture has more.</param>
internal sealed class DecodeGate(int slots, long pixels)
{
    private readonly Lock gate = new();
    private readonly LinkedList<Waiter> waiting = [];
    private int freeSlots = slots;
    private long freePixels = pixels;

    /// <summary>Waits for a picture's turn; the result is disposed when it is decoded.</summary>
    /// <param name="size">Its pixels.</param>
    /// <param name="stop">Takes it out.</param>
    /// <exception cref="OperationCanceledException">It was taken out.</exception>
    public async Task<Turn> EnterAsync(long size, CancellationToken stop)
    {
        Waiter waiter;
        lock (gate)
        {
            stop.ThrowIfCancellationRequested();
            if (waiting.Count == 0 && Takes(size)) return new Turn(this, size);
            waiting.AddLast(waiter = new(size));
        }
        await using var leaving = stop.UnsafeRegister(static (state, token) => ((Waiter)state!).Granted.TrySetCanceled(token), waiter);
        try
        {
            await waiter.Granted.Task;
            return new Turn(this, size);
        }
        catch (OperationCanceledException)
        {
            lock (gate)
            {
                waiting.Remove(waiter);
                Grant();        // it may have stood in the way of smaller ones
            }
            throw;
        }
    }

    private void Leave(long size)
    {
        lock (gate)
        {
            freeSlots++;
            freePixels += size;
            Grant();
        }
    }

    private void Grant()
    {
        while (waiting.First is { } first && Takes(first.Value.Size))
        {
            waiting.RemoveFirst();
            if (first.Value.Granted.TrySetResult()) continue;
            freeSlots++;
            freePixels += first.Value.Size;
        }
    }

    private bool Takes(long size)
    {
        if (freeSlots == 0 || freePixels < size) return false;
        freeSlots--;
        freePixels -= size;
        return true;
    }

    /// <summary>A turn at decoding.</summary>
    internal readonly struct Turn(DecodeGate gate, long size) : IDisposable
    {
        public void Dispose() => gate.Leave(size);
    }

    private sealed class Waiter(long size)
    {
        public long Size { get; } = size;

        public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
