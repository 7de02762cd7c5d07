using static TorchSharp.torch;

namespace JustAlexNet.Runtime;

/// <summary>Memory layout of pictures, activations and convolution weights: (N, C, H, W) by name, N H W C in memory ("channels last").</summary>
/// <remarks>oneDNN and cuDNN convolve this layout without reordering; a plain C-order tensor costs up to twice the time.</remarks>
public static class Layout
{
    /// <summary>The same values in channels-last order; a new tensor that the caller disposes (it may share memory where the order is right already).</summary>
    /// <param name="tensor">(N, C, H, W), any dtype and device.</param>
    /// <exception cref="ArgumentException">The tensor has not four axes.</exception>
    public static Tensor ChannelsLast(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.dim() != 4) throw new ArgumentException($"expected four axes (N, C, H, W), received {tensor.dim()}", nameof(tensor));
        using var moved = tensor.permute(0, 2, 3, 1);
        using var dense = moved.contiguous();
        return dense.permute(0, 3, 1, 2);
    }
}
