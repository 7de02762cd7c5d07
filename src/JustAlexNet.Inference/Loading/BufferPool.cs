namespace JustAlexNet.Inference;

/// <summary>Lends batch buffers and takes them back; makes a new one when none is free. Thread-safe.</summary>
internal sealed class BufferPool(int capacity, int side, Func<int, int, BatchBuffer> make) : IDisposable
{
    private readonly Stack<BatchBuffer> free = [];
    private bool closed;

    public BatchBuffer Rent()
    {
        lock (free)
            if (free.TryPop(out var buffer)) return buffer;
        return make(capacity, side);
    }

    /// <summary>Keeps the buffer for the next batch, or frees it where there will be none.</summary>
    public void Return(BatchBuffer buffer)
    {
        lock (free)
        {
            if (!closed)
            {
                free.Push(buffer);
                return;
            }
        }
        buffer.Dispose();
    }

    /// <summary>Frees what is not lent; what is lent goes when it comes back.</summary>
    public void Dispose()
    {
        lock (free)
        {
            closed = true;
            while (free.TryPop(out var buffer)) buffer.Dispose();
        }
    }
}
