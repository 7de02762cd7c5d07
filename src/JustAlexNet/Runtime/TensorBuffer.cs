using System.Runtime.InteropServices;
using JustAlexNet.Inference;
using TorchSharp;

namespace JustAlexNet.Runtime;

/// <summary>Memory for one batch: tensors that own it, and a way to write into it from any thread without touching a tensor.</summary>
internal sealed unsafe class TensorBuffer : BatchBuffer
{
    private readonly torch.Tensor pictures;   // (capacity, S, S, 3) uint8
    private readonly torch.Tensor labels;     // (capacity) int64
    private readonly byte* pixels;
    private readonly long* numbers;
    private readonly int bytesPerPicture;

    /// <exception cref="DataException">So many bytes cannot be had, or are more than a span reaches.</exception>
    public TensorBuffer(int capacity, int side)
    {
        _ = BytesOf(capacity, side);
        bytesPerPicture = side * side * 3;
        // Detached: a dispose scope the caller happens to have open must not take them away.
        pictures = Pixels(capacity, side).DetachFromDisposeScope();
        labels = torch.empty(capacity, dtype: torch.int64).DetachFromDisposeScope();
        fixed (byte* at = pictures.bytes) pixels = at;   // native memory: it does not move
        fixed (byte* at = labels.bytes) numbers = (long*)at;
    }

    public override Span<byte> Picture(int slot) => new(pixels + (long)slot * bytesPerPicture, bytesPerPicture);

    public override ReadOnlySpan<byte> Pictures(int count) => new(pixels, count * bytesPerPicture);

    public override void SetLabel(int slot, int label) => numbers[slot] = label;

    /// <summary>The first pictures as (count, 3, S, S) with channels-last strides: a view, nothing is copied. The caller disposes it.</summary>
    public torch.Tensor View(int count)
    {
        using var first = pictures.narrow(0, 0, count).DetachFromDisposeScope();
        return first.permute(0, 3, 1, 2).DetachFromDisposeScope();
    }

    /// <summary>The first labels: a view. The caller disposes it.</summary>
    public torch.Tensor Labels(int count) => labels.narrow(0, 0, count).DetachFromDisposeScope();

    public override void Dispose()
    {
        pictures.Dispose();
        labels.Dispose();
    }

    private static torch.Tensor Pixels(int capacity, int side)
    {
        try
        {
            return torch.empty(capacity, side, side, 3, dtype: torch.uint8);
        }
        catch (ExternalException cause)
        {
            throw TooLarge(capacity, side, "which cannot be had", cause);
        }
    }
}
