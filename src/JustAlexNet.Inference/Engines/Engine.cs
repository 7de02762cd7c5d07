using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>What computes the logits of a saved model: ONNX Runtime here, libtorch in the package JustAlexNet.</summary>
/// <remarks>Thread-safe: one batch after another. Dispose frees the network, once nothing runs on it any more.</remarks>
public abstract class Engine : IDisposable
{
    private readonly Lock turn = new();
    private bool disposed;

    internal Engine() { }

    /// <summary>What the network is called.</summary>
    public abstract string Name { get; }

    /// <summary>K, the number of classes.</summary>
    public abstract int Classes { get; }

    /// <summary>D, the number of features that the last layer sees; null where the engine does not give them.</summary>
    public abstract int? Features { get; }

    /// <summary>What a person should know of how it computed so far, a sentence; null: nothing.</summary>
    public virtual string? Note => null;

    /// <summary>The logits of some pictures, float32.</summary>
    /// <param name="pixels">(N, S, S, 3), 0 to 255, RGB.</param>
    /// <param name="count">N, 0 or more.</param>
    /// <param name="preprocessing">Gives S, mean and deviation.</param>
    /// <param name="logits">Receives (N, K) row by row.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    /// <exception cref="ObjectDisposedException">The network was freed.</exception>
    public void Run(ReadOnlySpan<byte> pixels, int count, Preprocessing preprocessing, Span<float> logits)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (pixels.Length != (long)count * preprocessing.Side * preprocessing.Side * 3 || logits.Length != (long)count * Classes)
            throw new ArgumentException($"Expected {count} pictures of {preprocessing.Side} x {preprocessing.Side} x 3 bytes and room for {count} x {Classes} logits, received {pixels.Length} bytes and room for {logits.Length}.");
        if (count == 0) return;
        using var buffer = NewBuffer(count, preprocessing.Side);
        for (var i = 0; i < count; i++) pixels.Slice(i * (pixels.Length / count), pixels.Length / count).CopyTo(buffer.Picture(i));
        using var output = Run(buffer, count, preprocessing, features: false);
        output.Logits.CopyTo(logits);
    }

    /// <summary>Frees the network. A second call does nothing.</summary>
    public void Dispose()
    {
        lock (turn)
        {
            if (!disposed) Free();
            disposed = true;
        }
        GC.SuppressFinalize(this);
    }

    /// <summary>The output for the first pictures of a buffer; the caller disposes them. They do not look into the buffer.</summary>
    /// <param name="buffer">The pixels; fastest from <see cref="NewBuffer"/>.</param>
    /// <param name="count">N, 1 or more.</param>
    /// <param name="preprocessing">Gives mean and deviation.</param>
    /// <param name="features">Whether features are wanted too; only where there are <see cref="Features"/>.</param>
    internal EngineOutput Run(BatchBuffer buffer, int count, Preprocessing preprocessing, bool features)
    {
        lock (turn)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return Compute(buffer, count, preprocessing, features);
        }
    }

    /// <summary>Memory from which the engine takes pictures without a copy.</summary>
    internal virtual BatchBuffer NewBuffer(int capacity, int side) => new ByteBuffer(capacity, side);

    /// <summary>What adds answers up where they are.</summary>
    internal virtual OutputMeter NewMeter(IReadOnlyList<string> classes) => new HostMeter(classes);

    internal abstract EngineOutput Compute(BatchBuffer buffer, int count, Preprocessing preprocessing, bool features);

    internal abstract void Free();
}
