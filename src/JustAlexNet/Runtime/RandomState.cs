using static TorchSharp.torch;

namespace JustAlexNet.Runtime;

/// <summary>The random stream that dropout draws from: libtorch's default generator.</summary>
/// <remarks>
/// One per process and device: one training run at a time may depend on it. On the processor its state can be captured and
/// restored exactly; TorchSharp gives no access to the state of a GPU's, which is seeded anew instead (see <see cref="Restore"/>).
/// </remarks>
public static class RandomState
{
    /// <summary>Starts the streams of all devices anew from a seed.</summary>
    public static void Seed(long seed)
    {
        TorchRuntime.Prepare();
        _ = random.manual_seed(seed);
        if (ComputeDevice.CudaCount > 0) cuda.manual_seed_all(seed);
    }

    /// <summary>The state of the processor's stream, uint8 of one axis. The caller disposes it.</summary>
    public static Tensor Capture()
    {
        TorchRuntime.Prepare();
        return get_rng_state();
    }

    /// <summary>Goes on from a captured state; GPUs are seeded from <paramref name="gpuSeed"/>. The tensor stays the caller's.</summary>
    public static void Restore(Tensor state, long gpuSeed)
    {
        ArgumentNullException.ThrowIfNull(state);
        Seed(gpuSeed);
        set_rng_state(state);
    }
}
