using JustAlexNet.Engines;
using JustAlexNet.Imaging;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using JustAlexNet.Training;
using static TorchSharp.torch;

namespace JustAlexNet.Bench.Sides;

/// <summary>
/// JustAlexNet's training step as the trainer does it (pixels to normalised batch, forward in the precision that <c>auto</c> chooses, loss, backward, SGD with Nesterov momentum)
/// on one fixed batch.
/// </summary>
internal sealed class OurStepWork : Work
{
    private readonly Network network;
    private readonly Sgd optimiser;
    private readonly Preprocessing preprocessing;
    private readonly Precision precision;
    private readonly Tensor stored, pixels, labels;

    public OurStepWork(SideSettings settings)
    {
        var (count, side) = (settings.Number("batch"), settings.Number("size"));
        precision = OurSettings.Choose(settings, out var about);
        About = about;
        network = ModelCatalogue.Find(settings.Text("model"))!.Create(FixedBatch.Classes);
        network.PointwiseProducts = OurSettings.Products(settings);
        network.MemoryEfficient = settings.TextOr("memory", "plenty") == "efficient";
        optimiser = new Sgd(network.Parameters);
        preprocessing = Preprocessing.Squash(side);
        stored = FixedBatch.Pixels(count, side);
        pixels = stored.permute(0, 3, 1, 2);
        labels = FixedBatch.Labels(count);
    }

    public override string About { get; }

    public override double Round() => Step(network, optimiser, pixels, labels, preprocessing, precision);

    /// <summary>One step; the tensors stay the caller's.</summary>
    /// <returns>Photos.</returns>
    public static long Step(Network network, Sgd optimiser, Tensor pixels, Tensor labels, Preprocessing preprocessing, Precision precision)
    {
        using var scope = NewDisposeScope();
        nn.functional.cross_entropy(Forward(network, pixels, preprocessing, precision), labels).backward();
        _ = optimiser.Step(rate: 1e-3);
        optimiser.ClearGradients();
        return pixels.shape[0];
    }

    private static Tensor Forward(Network network, Tensor pixels, Preprocessing preprocessing, Precision precision)
    {
        using var lower = MixedPrecision.Enter(network.Device, precision);
        return network.Forward(NetworkInput.From(pixels, preprocessing, network.Device, precision), training: true).to(ScalarType.Float32);
    }

    public override void Dispose()
    {
        optimiser.Dispose();
        network.Dispose();
        pixels.Dispose();
        stored.Dispose();
        labels.Dispose();
    }
}
