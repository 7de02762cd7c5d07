using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Training;
using static TorchSharp.torch;

namespace JustAlexNet.Engines;

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
