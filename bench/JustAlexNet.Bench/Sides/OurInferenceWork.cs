using JustAlexNet.Engines;
using JustAlexNet.Imaging;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using static TorchSharp.torch;

namespace JustAlexNet.Bench.Sides;

/// <summary>JustAlexNet's forward pass as <c>evaluate</c> does it, pixels to logits, on one fixed batch; <c>precision=bf16</c> for another precision, <c>form=plain</c> layer by layer, as the first batch is computed.</summary>
internal sealed class OurInferenceWork : Work
{
    private readonly Network network;
    private readonly EvaluatedNetwork evaluated;
    private readonly Precision precision;
    private readonly Preprocessing preprocessing;
    private readonly Tensor stored, pixels;

    public OurInferenceWork(SideSettings settings)
    {
        precision = settings.TextOr("precision", "fp32") == "fp32" ? Precision.Fp32 : OurSettings.Choose(settings, out _);
        About = OurSettings.About(PrecisionChoice.NameOf(precision));
        network = ModelCatalogue.Find(settings.Text("model"))!.Create(FixedBatch.Classes);
        network.PointwiseProducts = OurSettings.Products(settings);
        evaluated = new EvaluatedNetwork(network, precision) { Folds = settings.TextOr("form", "folded") == "folded" };
        preprocessing = Preprocessing.Squash(settings.Number("size"));
        stored = FixedBatch.Pixels(settings.Number("batch"), settings.Number("size"));
        pixels = stored.permute(0, 3, 1, 2);
        for (var i = 0; i < 3; i++) _ = Round();        // plain, both ways, and the first of those that are measured
        if (evaluated.Note is { } wrong) throw new CannotRunException(wrong);
    }

    public override string About { get; }

    public override double Round()
    {
        using var scope = NewDisposeScope();
        _ = evaluated.Run(NetworkInput.From(pixels, preprocessing, network.Device, precision), features: false);
        return pixels.shape[0];
    }

    public override void Dispose()
    {
        evaluated.Dispose();
        network.Dispose();
        pixels.Dispose();
        stored.Dispose();
    }
}
