using JustAlexNet.Imaging;
using JustAlexNet.Models;
using JustAlexNet.Onnx;
using JustAlexNet.Training;
using static TorchSharp.torch;

namespace JustAlexNet.Inference;

/// <summary>What computes a saved model's logits. Not thread-safe; dispose frees the network.</summary>
internal abstract class Engine : IDisposable
{
    /// <summary>What the network is called.</summary>
    public abstract string Name { get; }

    /// <summary>The logits of some pictures, float32.</summary>
    /// <param name="pixels">(N, S, S, 3), 0 to 255, RGB.</param>
    /// <param name="count">N, 1 or more.</param>
    /// <param name="preprocessing">Gives S, mean and deviation.</param>
    /// <param name="logits">Receives (N, K) row by row.</param>
    public abstract void Run(ReadOnlySpan<byte> pixels, int count, Preprocessing preprocessing, Span<float> logits);

    /// <summary>Frees the network.</summary>
    public abstract void Dispose();
}

/// <summary>One of our networks, on its device.</summary>
internal sealed class NetworkEngine(Network network) : Engine
{
    public Network Network => network;

    public override string Name => network.Name;

    public override void Run(ReadOnlySpan<byte> pixels, int count, Preprocessing preprocessing, Span<float> logits)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var rows = empty(count, preprocessing.Side, preprocessing.Side, 3, dtype: ScalarType.Byte);
        pixels.CopyTo(rows.bytes);
        network.Forward(NetworkInput.From(rows.permute(0, 3, 1, 2), preprocessing, network.Device)).cpu().contiguous().data<float>().CopyTo(logits);
    }

    public override void Dispose() => network.Dispose();
}

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
