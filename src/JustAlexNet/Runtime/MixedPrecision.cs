using JustAlexNet.Runtime.Native;

namespace JustAlexNet.Runtime;

/// <summary>While it lives, operators of the calling thread choose their precision as PyTorch's <c>torch.autocast</c> does. Dispose it on the same thread.</summary>
/// <remarks>Convolutions and linear layers compute in the lower precision; weights keep float32 and are converted once a step. Not to be nested.</remarks>
internal sealed class MixedPrecision : IDisposable
{
    private readonly ComputeDevice device;

    private MixedPrecision(ComputeDevice device) => this.device = device;

    /// <summary>Begins; null (nothing to dispose, nothing changes) in float32.</summary>
    public static MixedPrecision? Enter(ComputeDevice device, Precision precision)
    {
        if (precision == Precision.Fp32) return null;
        LibTorch.Loaded.EnterAutocast(device.Type, precision);
        return new MixedPrecision(device);
    }

    /// <summary>Ends.</summary>
    public void Dispose() => LibTorch.Loaded.LeaveAutocast(device.Type);
}
