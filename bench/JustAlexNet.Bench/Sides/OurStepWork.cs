using JustAlexNet.Imaging;
using JustAlexNet.Models;
using JustAlexNet.Training;
using static TorchSharp.torch;

namespace JustAlexNet.Bench.Sides;

/// <summary>JustAlexNet's training step as the trainer does it (pixels to normalised batch, forward, loss, backward, SGD with Nesterov momentum) on one fixed batch.</summary>
internal sealed class OurStepWork : Work
{
    private readonly Network network;
    private readonly Sgd optimiser;
    private readonly Preprocessing preprocessing;
    private readonly Tensor stored, pixels, labels;

    public OurStepWork(SideSettings settings)
    {
        var (count, side) = (settings.Number("batch"), settings.Number("size"));
        About = OurSettings.About();
        network = ModelCatalogue.Find(settings.Text("model"))!.Create(FixedBatch.Classes);
        optimiser = new Sgd(network.Parameters);
        preprocessing = Preprocessing.Squash(side);
        stored = FixedBatch.Pixels(count, side);
        pixels = stored.permute(0, 3, 1, 2);
        labels = FixedBatch.Labels(count);
    }

    public override string About { get; }

    public override double Round() => Step(network, optimiser, pixels, labels, preprocessing);

    /// <summary>One step; the tensors stay the caller's.</summary>
    /// <returns>Photos.</returns>
    public static long Step(Network network, Sgd optimiser, Tensor pixels, Tensor labels, Preprocessing preprocessing)
    {
        using var scope = NewDisposeScope();
        var logits = network.Forward(NetworkInput.From(pixels, preprocessing, network.Device), training: true);
        nn.functional.cross_entropy(logits, labels).backward();
        optimiser.Step(rate: 1e-3);
        optimiser.ClearGradients();
        return pixels.shape[0];
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
