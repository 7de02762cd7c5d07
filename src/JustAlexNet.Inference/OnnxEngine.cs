using JustAlexNet.Imaging;
using JustAlexNet.Onnx;

namespace JustAlexNet.Inference;

/// <summary>An .onnx file, through ONNX Runtime on the processor; libtorch is not loaded for it.</summary>
internal sealed class OnnxEngine(OnnxNetwork network) : Engine
{
    private const float SmallestProbability = 1.17549435e-38f;

    public override string Name => Path.GetFileName(network.Path);

    public override void Run(ReadOnlySpan<byte> pixels, int count, Preprocessing preprocessing, Span<float> logits)
    {
        network.Run(pixels, count, preprocessing, logits);
        if (!network.GivesProbabilities) return;
        // The softmax of ln p is p again; a probability of 0 becomes the smallest that a float32 holds in full.
        for (var i = 0; i < logits.Length; i++) logits[i] = MathF.Log(MathF.Max(logits[i], SmallestProbability));
    }

    public override void Dispose() => network.Dispose();
}
