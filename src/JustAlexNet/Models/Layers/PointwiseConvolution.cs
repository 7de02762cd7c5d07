using JustAlexNet.Runtime;
using static TorchSharp.torch;

namespace JustAlexNet.Models.Layers;

/// <summary>A 1 x 1 convolution as a matrix product: y[n, h, w, :] = W x[n, h s, w s, :] + b, a row a pixel; equal to the convolution to rounding.</summary>
/// <remarks>
/// <para>oneDNN's own 1 x 1 convolutions ask the processor for its caches. Where a hypervisor hides them (<see cref="ProcessorFeatures.HidesCaches"/>), oneDNN 3.7.1 leaves wrong
/// values for some shapes in float32 (256 to 512, 1280 to 640, 1792 to 896), and divides by zero for others (1024 to 512), which ends the process. The product is right there.</para>
/// <para>Gradients go through the product as well. The result lies in channels-last memory without a copy; with stride 1 and a channels-last input nothing is copied at all.</para>
/// </remarks>
internal static class PointwiseConvolution
{
    /// <summary>Whether a 1 x 1 convolution is computed as a product, here and now.</summary>
    /// <param name="input">What is convolved; its device and dtype decide.</param>
    /// <param name="stride">Of the convolution.</param>
    /// <param name="pass">May prescribe one form or the other.</param>
    public static bool IsProduct(Tensor input, int stride, Pass pass) =>
        pass.Products ?? (input.device_type == TorchSharp.DeviceType.CPU && IsProduct(input.dtype, stride, ProcessorFeatures.HidesCaches, ProcessorFeatures.HasBfloat16));

    /// <summary>
    /// The rule on a processor: where the caches are hidden, every float32 and bfloat16 convolution; elsewhere bfloat16 with stride 1, if the processor multiplies it, because
    /// the product is faster then, in float32 slower. Other dtypes never reach the kernels in question.
    /// </summary>
    public static bool IsProduct(ScalarType type, int stride, bool hidesCaches, bool hasBfloat16) => type switch
    {
        ScalarType.BFloat16 => hidesCaches || (stride == 1 && hasBfloat16),
        ScalarType.Float32 => hidesCaches,
        _ => false,
    };

    /// <summary>The convolution by a product.</summary>
    /// <param name="input">(N, C, H, W), best in channels-last memory. Stays the caller's.</param>
    /// <param name="weight">(K, C, 1, 1).</param>
    /// <param name="bias">(K), or null.</param>
    /// <param name="stride">Pixels from one place to the next, 1 or more.</param>
    /// <returns>(N, K, H', W') in channels-last memory, H' = (H - 1) / stride + 1 rounded down; the caller disposes it.</returns>
    public static Tensor Apply(Tensor input, Tensor weight, Tensor? bias, int stride)
    {
        using var places = Places(input, stride);
        using var matrix = weight.flatten(1);
        using var product = nn.functional.linear(places, matrix, bias);
        return product.permute(0, 3, 1, 2);
    }

    /// <summary>Gradients of the product with stride 1 and no bias, for those who keep no graph.</summary>
    /// <param name="output">Gradient of the result, (N, K, H, W) in channels-last memory.</param>
    /// <param name="input">What was convolved, (N, C, H, W) in channels-last memory.</param>
    /// <param name="weight">(K, C, 1, 1).</param>
    /// <returns>Gradients of input, in channels-last memory, and weight in their dtype; the caller disposes both. All arguments stay the caller's.</returns>
    public static (Tensor Input, Tensor Weight) Gradient(Tensor output, Tensor input, Tensor weight)
    {
        using var scope = NewDisposeScope();
        var (above, below) = (Places(output, 1), Places(input, 1));
        var matrix = weight.flatten(1);
        var toInput = above.matmul(matrix).permute(0, 3, 1, 2);
        var toWeight = above.flatten(0, 2).t().mm(below.flatten(0, 2)).reshape(weight.shape);
        return (toInput.MoveToOuterDisposeScope(), toWeight.MoveToOuterDisposeScope());
    }

    // (N, C, H, W) to (N, H', W', C): every stride-th place.
    public static Tensor Places(Tensor input, int stride)
    {
        var pixels = input.permute(0, 2, 3, 1);
        if (stride == 1) return pixels;
        using var all = pixels;
        using var rows = all.slice(1, 0, input.shape[2], stride);
        return rows.slice(2, 0, input.shape[3], stride);
    }
}
