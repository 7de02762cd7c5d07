using TorchSharp;

namespace JustAlexNet.Runtime.Native;

/// <summary>libtorch's gradient of a convolution (<c>aten::convolution_backward</c>), for those who keep no graph.</summary>
internal static unsafe class ConvolutionGradient
{
    /// <summary>Gradients of a two-dimensional convolution without bias, stride 1, no groups, on the processor.</summary>
    /// <param name="output">Gradient of the result, (N, K, H, W).</param>
    /// <param name="input">What was convolved, (N, C, H, W).</param>
    /// <param name="weight">(K, C, k, k).</param>
    /// <param name="pad">Zeros on every side.</param>
    /// <returns>Gradients of input and weight in their dtype; the caller disposes both. All arguments stay the caller's.</returns>
    public static (torch.Tensor Input, torch.Tensor Weight) Of(torch.Tensor output, torch.Tensor input, torch.Tensor weight, int pad)
    {
        var library = LibTorch.Loaded;
        var call = (delegate* unmanaged<nint, nint, nint, long**, long, long*, long, long*, long, long*, long, int, long*, long, long, int*, long, nint*, nint*, nint*, int>)library.ConvolutionBackward;
        long* ones = stackalloc long[] { 1, 1 }, padding = stackalloc long[] { pad, pad }, none = stackalloc long[] { 0, 0 };
        var wanted = stackalloc int[] { 1, 1, 0 };
        nint first, second, third;
        var code = call(output.Handle, input.Handle, weight.Handle, null, 0, ones, 2, padding, 2, ones, 2, 0, none, 2, 1, wanted, 3, &first, &second, &third);
        if (code != 0) throw new InvalidOperationException("libtorch could not compute a convolution's gradient; its reason is on standard error.");
        if (third != 0) library.Delete(third);
        return (torch.Tensor.UnsafeCreateTensor(first), torch.Tensor.UnsafeCreateTensor(second));
    }
}
