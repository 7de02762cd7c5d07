using JustAlexNet.Imaging;
using JustAlexNet.Onnx;

namespace JustAlexNet.Inference;

/// <summary>An .onnx file, through ONNX Runtime on the processor; libtorch is not loaded for it.</summary>
/// <remarks>An answer of probabilities is taken by its logarithm, whose softmax it is again. Thread-safe, as every engine.</remarks>
public sealed class OnnxEngine : Engine
{
    private const float SmallestProbability = 1.17549435e-38f;

    private readonly OnnxNetwork network;

    /// <summary>An engine on a network.</summary>
    /// <param name="network">Freed with the engine.</param>
    public OnnxEngine(OnnxNetwork network)
    {
        ArgumentNullException.ThrowIfNull(network);
        this.network = network;
    }

    /// <inheritdoc/>
    public override string Name => Path.GetFileName(network.Path);

    /// <inheritdoc/>
    public override int Classes => network.Width;

    /// <inheritdoc/>
    public override int? Features => network.FeatureWidth;

    internal override EngineOutput Compute(BatchBuffer buffer, int count, Preprocessing preprocessing, bool features)
    {
        var output = new HostOutput(count * network.Width, features ? count * network.FeatureWidth!.Value : 0);
        try
        {
            network.Run(buffer.Pictures(count), count, preprocessing, output.LogitsToFill, output.FeaturesToFill);
            ToLogits(output.LogitsToFill);
            return output;
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }

    internal override void Free() => network.Dispose();

    /// <summary>The file.</summary>
    internal OnnxNetwork Network => network;

    /// <summary>The logits of an input that is as the network takes it, see <see cref="OnnxNetwork.RunInput"/>. Several threads may run side by side: the caller sees to it that the engine is not freed meanwhile.</summary>
    internal void RunInput<T>(Memory<T> input, int count, int side, Span<float> logits) where T : unmanaged
    {
        network.RunInput(input, count, side, logits);
        ToLogits(logits);
    }

    // The softmax of ln p is p again; a probability of 0 becomes the smallest that a float32 holds in full.
    private void ToLogits(Span<float> answer)
    {
        if (!network.GivesProbabilities) return;
        foreach (ref var logit in answer) logit = MathF.Log(MathF.Max(logit, SmallestProbability));
    }
}
