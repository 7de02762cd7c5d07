using JustAlexNet.Engines;
using JustAlexNet.Imaging;
using JustAlexNet.Models;
using static TorchSharp.torch;

namespace JustAlexNet.Bench.Sides;

/// <summary>JustAlexNet's forward pass as <c>evaluate</c> does it, pixels to logits in fp32, on one fixed batch.</summary>
internal sealed class OurInferenceWork : Work
{
    private readonly Network network;
    private readonly Preprocessing preprocessing;
    private readonly Tensor stored, pixels;

    public OurInferenceWork(SideSettings settings)
    {
        About = OurSettings.About("fp32");
        network = ModelCatalogue.Find(settings.Text("model"))!.Create(FixedBatch.Classes);
        network.PointwiseProducts = OurSettings.Products(settings);
        preprocessing = Preprocessing.Squash(settings.Number("size"));
        stored = FixedBatch.Pixels(settings.Number("batch"), settings.Number("size"));
        pixels = stored.permute(0, 3, 1, 2);
    }

    public override string About { get; }

    public override double Round()
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        _ = network.Forward(NetworkInput.From(pixels, preprocessing, network.Device));
        return pixels.shape[0];
    }

    public override void Dispose()
    {
        network.Dispose();
        pixels.Dispose();
        stored.Dispose();
    }
}
