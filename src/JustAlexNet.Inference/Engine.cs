using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>What computes a saved model's logits. Not thread-safe; dispose frees the network.</summary>
internal abstract class Engine : IDisposable
{
    /// <summary>What the network is called.</summary>
    public abstract string Name { get; }

    /// <summary>The logits of some pictures, float32.</summary>
    /// <param name="pixels">(N, S, S, 3), 0 to 255, RGB.</param>
    /// <param name="count">N, 1 or more.</param>
    /// <param name="preprocessing">Gives S, mean and deviation.</param>
    /// <param name="logits">Receives (N, K) row by row.</param>
    public abstract void Run(ReadOnlySpan<byte> pixels, int count, Preprocessing preprocessing, Span<float> logits);

    /// <summary>Frees the network.</summary>
    public abstract void Dispose();
}
