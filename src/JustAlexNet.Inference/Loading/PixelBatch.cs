namespace JustAlexNet.Inference;

/// <summary>Some pictures, ready for an engine, and what is wrong with those that are not. Dispose lets the memory be reused; a second call does nothing.</summary>
internal sealed class PixelBatch : IDisposable
{
    private readonly BufferPool pool;
    private BatchBuffer? buffer;

    /// <param name="pending">Full; its good pictures are moved together.</param>
    /// <param name="samples">All samples.</param>
    /// <param name="pool">Where the buffer comes from.</param>
    public PixelBatch(PendingBatch pending, IReadOnlyList<Sample> samples, BufferPool pool)
    {
        Number = pending.Number;
        Faults = [.. pending.Faults()];
        Indices = pending.CloseUp(samples);
        (buffer, this.pool) = (pending.Buffer, pool);
    }

    /// <summary>The batch's place in its epoch, from 0.</summary>
    public int Number { get; }

    /// <summary>Good pictures in it; 0 where all are bad.</summary>
    public int Count => Indices.Length;

    /// <summary>Each good picture's place in the list of samples.</summary>
    public int[] Indices { get; }

    /// <summary>The places of the others, and what befell them.</summary>
    public IReadOnlyList<(int Index, Exception Fault)> Faults { get; }

    /// <summary>Where the pixels are.</summary>
    /// <exception cref="ObjectDisposedException">The memory is another batch's by now.</exception>
    public BatchBuffer Buffer => buffer ?? throw new ObjectDisposedException(nameof(PixelBatch));

    /// <summary>The pixels: (N, S, S, 3), 0 to 255, RGB.</summary>
    public ReadOnlySpan<byte> Pixels => Buffer.Pictures(Count);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref buffer, null) is { } mine) pool.Return(mine);
    }
}
