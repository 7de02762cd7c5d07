using System.Runtime.InteropServices;
using JustAlexNet.Inference;
using static TorchSharp.torch;

namespace JustAlexNet.Engines;

/// <summary>Logits and features as tensors on their device; on the processor spans look into them.</summary>
/// <param name="logits">(N, K), float32, contiguous, in no dispose scope. Freed with this object.</param>
/// <param name="features">(N, D), the same; null where nobody asked.</param>
internal sealed class TensorOutput(Tensor logits, Tensor? features) : EngineOutput
{
    private Tensor? logitsHere, featuresHere;

    /// <summary>The logits where they were computed.</summary>
    public Tensor OnDevice => logits;

    public override ReadOnlySpan<float> Logits => Here(ref logitsHere, logits);

    public override ReadOnlySpan<float> Features => features is null ? [] : Here(ref featuresHere, features);

    public override void Dispose()
    {
        foreach (var tensor in new[] { logitsHere, featuresHere, logits, features }) tensor?.Dispose();
    }

    private static ReadOnlySpan<float> Here(ref Tensor? here, Tensor there)
    {
        here ??= there.cpu().DetachFromDisposeScope();
        return MemoryMarshal.Cast<byte, float>(here.bytes);
    }
}
