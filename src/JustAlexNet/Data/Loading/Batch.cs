using JustAlexNet.Inference;
using JustAlexNet.Runtime;
using TorchSharp;

namespace JustAlexNet.Data;

/// <summary>Some pictures and their labels, ready for a network.</summary>
/// <remarks>
/// The tensors look into memory that later batches reuse: the caller disposes the batch when done with it, from any thread, and copies
/// (<c>clone</c>) what is to live longer. Open dispose scopes do not take the tensors. A batch not disposed costs memory, nothing else.
/// </remarks>
public sealed class Batch : IDisposable
{
    private readonly PixelBatch batch;

    internal Batch(PixelBatch batch, bool pin)
    {
        this.batch = batch;
        var buffer = (TensorBuffer)batch.Buffer;
        (Pictures, Labels) = (buffer.View(batch.Count), buffer.Labels(batch.Count));
        if (!pin) return;
        try
        {
            MoveToPinnedMemory();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The batch's place in its epoch, from 0. To go on after this batch, start at <c>Number + 1</c>.</summary>
    public int Number => batch.Number;

    /// <summary>Pictures in it, 1 or more.</summary>
    public int Count => batch.Count;

    /// <summary>Each picture's place in the loader's list of samples.</summary>
    public IReadOnlyList<int> Indices => batch.Indices;

    /// <summary>The pixels: uint8, 0-255, RGB, (N, 3, S, S) with channels-last strides, on the CPU; not normalised. Owned by the batch.</summary>
    public torch.Tensor Pictures { get; private set; }

    /// <summary>The same as bytes, (N, S, S, 3) in this order; valid until the batch is disposed.</summary>
    public ReadOnlySpan<byte> Pixels => batch.Pixels;

    /// <summary>The labels: int64, (N), on the CPU. Owned by the batch.</summary>
    public torch.Tensor Labels { get; private set; }

    /// <summary>Frees the tensors and lets the memory be reused. A second call does nothing.</summary>
    public void Dispose()
    {
        Pictures.Dispose();   // before the memory they look into is lent again
        Labels.Dispose();
        batch.Dispose();
    }

    // libtorch's pinned memory waits for copies in flight before it is reused, which our own buffers could not know about.
    private void MoveToPinnedMemory()
    {
        using var pictures = Pictures;
        using var labels = Labels;
        (Pictures, Labels) = (pictures.pin_memory().DetachFromDisposeScope(), labels.pin_memory().DetachFromDisposeScope());
    }
}
