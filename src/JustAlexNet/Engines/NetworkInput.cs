using JustAlexNet.Imaging;
using JustAlexNet.Runtime;
using JustAlexNet.Runtime.Native;
using static TorchSharp.torch;

namespace JustAlexNet.Engines;

/// <summary>From the pixels of a batch to what a network takes.</summary>
internal static class NetworkInput
{
    /// <summary>((pixel / 255) - mean) / deviation by channel, in this order of float32 operations, as torchvision's ToTensor and Normalize compute it.</summary>
    /// <param name="pictures">(N, 3, S, S), uint8, RGB 0-255, channels-last in memory. Stays the caller's.</param>
    /// <param name="preprocessing">Gives mean and deviation.</param>
    /// <param name="device">Where the result shall be; the bytes are moved, not the floats.</param>
    /// <param name="precision">What the network computes in: bfloat16 is written at once on the processor, in all other cases the result is float32.</param>
    /// <returns>The same shape and memory layout; the caller disposes it.</returns>
    public static Tensor From(Tensor pictures, Preprocessing preprocessing, ComputeDevice device, Precision precision = Precision.Fp32)
    {
        if (device == ComputeDevice.Cpu && LibTorch.Loaded.HasKernels && IsChannelsLast(pictures))
            return PixelKernel.LookUp(pictures, Table(preprocessing), precision);
        using var scope = NewDisposeScope();
        var mean = tensor(preprocessing.Mean.ToArray(), dtype: ScalarType.Float32).reshape(1, 3, 1, 1).to(device.Torch);
        var deviation = tensor(preprocessing.Deviation.ToArray(), dtype: ScalarType.Float32).reshape(1, 3, 1, 1).to(device.Torch);
        var floats = pictures.to(device.Torch, non_blocking: true).to(ScalarType.Float32);
        return floats.div_(255).sub_(mean).div_(deviation).MoveToOuterDisposeScope();
    }

    /// <summary>Back to pixels, rounded: <see cref="From"/> turned round, to the precision of the input.</summary>
    /// <param name="input">(N, 3, S, S), as a network takes it. Stays the caller's.</param>
    /// <param name="preprocessing">Gave mean and deviation.</param>
    /// <returns>(N, S, S, 3), uint8, in the computer's memory without gaps; the caller's dispose scope's.</returns>
    public static Tensor ToPixels(Tensor input, Preprocessing preprocessing)
    {
        using var scope = NewDisposeScope();
        var mean = tensor(preprocessing.Mean.ToArray(), dtype: ScalarType.Float32);
        var deviation = tensor(preprocessing.Deviation.ToArray(), dtype: ScalarType.Float32);
        return input.cpu().to(ScalarType.Float32).permute(0, 2, 3, 1).mul(deviation).add_(mean).mul_(255).round_().clamp_(0, 255).to(ScalarType.Byte).contiguous().MoveToOuterDisposeScope();
    }

    // 3 x 256 values are all that there can be: the same operations on them, once.
    private static float[] Table(Preprocessing preprocessing)
    {
        var (mean, deviation) = (preprocessing.Mean.ToArray(), preprocessing.Deviation.ToArray());
        var table = new float[3 * 256];
        for (var i = 0; i < table.Length; i++)
            table[i] = (i % 256 / 255f - (float)mean[i / 256]) / (float)deviation[i / 256];
        return table;
    }

    private static bool IsChannelsLast(Tensor pictures)
    {
        var (shape, stride) = (pictures.shape, pictures.stride());
        return shape[1] == 3 && stride[1] == 1 && stride[3] == 3 && stride[2] == 3 * shape[3] && (shape[0] == 1 || stride[0] == 3 * shape[2] * shape[3]);
    }
}
