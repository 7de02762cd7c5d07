using TorchSharp;

namespace JustAlexNet.Weights;

/// <summary>The native memory of a tensor in pieces that a span can hold (it counts to 2 GiB).</summary>
internal static class TensorBytes
{
    private const long MaxElements = 1 << 24;      // elements: at most 256 MiB

    /// <summary>Views that cover a one-dimensional, contiguous CPU tensor from start to end; the caller disposes each.</summary>
    public static IEnumerable<torch.Tensor> Pieces(torch.Tensor flat)
    {
        var count = flat.shape[0];
        for (var start = 0L; start < count; start += MaxElements) yield return flat.narrow(0, start, Math.Min(MaxElements, count - start));
    }

    /// <summary>The values in order (NCHW) as one contiguous axis on the CPU; shares the tensor's memory where that is so already.</summary>
    /// <param name="tensor">A <see cref="torch.Tensor"/> or a <see cref="StoredTensor"/>.</param>
    public static torch.Tensor Flat(object tensor)
    {
        if (tensor is StoredTensor stored)
        {
            using var read = stored.ToTensor();
            return read.view(-1);
        }

        using var plain = ((torch.Tensor)tensor).detach();
        using var near = plain.cpu();
        using var ordered = near.contiguous();
        return ordered.view(-1);
    }
}
