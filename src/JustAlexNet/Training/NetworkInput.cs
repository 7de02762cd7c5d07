using JustAlexNet.Imaging;
using JustAlexNet.Runtime;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>From the pixels of a batch to what a network takes.</summary>
internal static class NetworkInput
{
    /// <summary>((pixel / 255) - mean) / deviation by channel, in this order of float32 operations, as torchvision's ToTensor and Normalize compute it.</summary>
    /// <param name="pictures">(N, 3, S, S), uint8, RGB 0-255, any memory layout. Stays the caller's.</param>
    /// <param name="preprocessing">Gives mean and deviation.</param>
    /// <param name="device">Where the result shall be; the bytes are moved, not the floats.</param>
    /// <returns>The same shape and memory layout in float32; the caller disposes it.</returns>
    public static Tensor From(Tensor pictures, Preprocessing preprocessing, ComputeDevice device)
    {
        using var scope = NewDisposeScope();
        var mean = tensor(preprocessing.Mean.ToArray(), dtype: ScalarType.Float32).reshape(1, 3, 1, 1).to(device.Torch);
        var deviation = tensor(preprocessing.Deviation.ToArray(), dtype: ScalarType.Float32).reshape(1, 3, 1, 1).to(device.Torch);
        var floats = pictures.to(device.Torch, non_blocking: true).to(ScalarType.Float32);
        return floats.div_(255).sub_(mean).div_(deviation).MoveToOuterDisposeScope();
    }
}
