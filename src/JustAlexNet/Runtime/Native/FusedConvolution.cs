using TorchSharp;

namespace JustAlexNet.Runtime.Native;

/// <summary>oneDNN's convolution and matrix product with bias, addition and max(x, 0) in one pass, on weights in its own order of memory. On the processor, without gradients.</summary>
/// <remarks>Tensors are float32 or bfloat16, all of one dtype, pictures in channels-last memory. All arguments stay the caller's.</remarks>
internal static unsafe class FusedConvolution
{
    /// <summary>Whether the loaded libtorch has it.</summary>
    public static bool Works => LibTorch.Loaded.HasFusedConvolutions;

    /// <summary>Weights of a convolution in oneDNN's order for an input of a size; for another they serve too, reordered each time.</summary>
    /// <param name="weight">(K, C, k, k).</param>
    /// <param name="stride">Of the convolution.</param>
    /// <param name="pad">Zeros on every side.</param>
    /// <param name="input">N, C, H, W.</param>
    /// <returns>An opaque tensor, which the caller disposes.</returns>
    public static torch.Tensor Pack(torch.Tensor weight, int stride, int pad, long[] input)
    {
        // _reorder_convolution_weight(Tensor self, int[2] padding, int[2] stride, int[2] dilation, int groups, int[]? input_size) -> Tensor
        var stack = stackalloc ulong[6] { Operator.Of(weight), Operator.Numbers(pad, pad), Operator.Numbers(stride, stride), Operator.Numbers(1, 1), 1, Operator.Some(Operator.Numbers(input)) };
        Operator.Call("mkldnn::_reorder_convolution_weight\0"u8, stack);
        return torch.Tensor.UnsafeCreateTensor((nint)stack[0]);
    }

    /// <summary>The same of a matrix product.</summary>
    /// <param name="weight">(K, D).</param>
    /// <param name="rows">N.</param>
    public static torch.Tensor PackProduct(torch.Tensor weight, long rows)
    {
        // _reorder_linear_weight(Tensor self, int? batch_size) -> Tensor
        var stack = stackalloc ulong[2] { Operator.Of(weight), Operator.Some((ulong)rows) };
        Operator.Call("mkldnn::_reorder_linear_weight\0"u8, stack);
        return torch.Tensor.UnsafeCreateTensor((nint)stack[0]);
    }

    /// <summary>A convolution, then max(x, 0) where it is asked for.</summary>
    /// <param name="input">(N, C, H, W).</param>
    /// <param name="weight">From <see cref="Pack"/>.</param>
    /// <param name="bias">(K), or null.</param>
    /// <param name="stride">As it was packed for.</param>
    /// <param name="pad">As it was packed for.</param>
    /// <param name="rectified">Whether negative values become 0.</param>
    /// <returns>(N, K, H', W'); the caller disposes it.</returns>
    public static torch.Tensor Apply(torch.Tensor input, torch.Tensor weight, torch.Tensor? bias, int stride, int pad, bool rectified)
    {
        var library = LibTorch.Loaded;
        var call = (delegate* unmanaged<nint, nint, nint*, long*, long, long*, long, long*, long, long, byte*, double**, long, byte**, nint*, int>)library.ConvolutionPointwise;
        long* strides = stackalloc long[] { stride, stride }, padding = stackalloc long[] { pad, pad }, ones = stackalloc long[] { 1, 1 };
        nint offset = bias?.Handle ?? 0, result;
        fixed (byte* then = rectified ? "relu\0"u8 : "none\0"u8)
            Operator.Check(call(input.Handle, weight.Handle, bias is null ? null : &offset, padding, 2, strides, 2, ones, 2, 1, then, null, 0, null, &result), "a convolution");
        return torch.Tensor.UnsafeCreateTensor(result);
    }

    /// <summary>The same with the addition of another value before the rectifier, over that value.</summary>
    /// <param name="addend">(N, K, H', W'); overwritten by the result.</param>
    /// <param name="input">As in <see cref="Apply"/>, and all that follows.</param>
    /// <param name="weight">From <see cref="Pack"/>.</param>
    /// <param name="bias">(K), or null.</param>
    /// <param name="stride">As it was packed for.</param>
    /// <param name="pad">As it was packed for.</param>
    /// <param name="rectified">Whether negative values become 0.</param>
    public static void Add(torch.Tensor addend, torch.Tensor input, torch.Tensor weight, torch.Tensor? bias, int stride, int pad, bool rectified)
    {
        var library = LibTorch.Loaded;
        var call = (delegate* unmanaged<nint, nint, nint, nint*, long*, long, long*, long, long*, long, long, byte*, double*, byte**, double**, long, byte**, nint*, int>)library.ConvolutionOnto;
        long* strides = stackalloc long[] { stride, stride }, padding = stackalloc long[] { pad, pad }, ones = stackalloc long[] { 1, 1 };
        nint offset = bias?.Handle ?? 0, same;
        fixed (byte* sum = "add\0"u8, relu = "relu\0"u8)
        {
            var then = relu;
            Operator.Check(call(addend.Handle, input.Handle, weight.Handle, bias is null ? null : &offset, padding, 2, strides, 2, ones, 2, 1, sum, null, rectified ? &then : null, null, 0, null, &same), "a convolution with an addition");
        }
        Operator.Check(library.Delete(same), "the end of a tensor's handle");
    }

    /// <summary>x W' + b, then max(x, 0) where it is asked for.</summary>
    /// <param name="input">(..., D) without gaps.</param>
    /// <param name="weight">From <see cref="PackProduct"/>.</param>
    /// <param name="bias">(K), or null.</param>
    /// <param name="rectified">Whether negative values become 0.</param>
    /// <returns>(..., K); the caller disposes it.</returns>
    public static torch.Tensor Product(torch.Tensor input, torch.Tensor weight, torch.Tensor? bias, bool rectified)
    {
        var call = (delegate* unmanaged<nint, nint, nint*, byte*, double**, long, byte**, nint*, int>)LibTorch.Loaded.LinearPointwise;
        nint offset = bias?.Handle ?? 0, result;
        fixed (byte* then = rectified ? "relu\0"u8 : "none\0"u8)
            Operator.Check(call(input.Handle, weight.Handle, bias is null ? null : &offset, then, null, 0, null, &result), "a matrix product");
        return torch.Tensor.UnsafeCreateTensor(result);
    }
}
