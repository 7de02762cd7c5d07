using JustAlexNet.Imaging;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using JustAlexNet.Training;
using static TorchSharp.torch;

namespace JustAlexNet.Bench.Sides;

/// <summary>
/// JustAlexNet's training step (<see cref="TrainStep"/>, the trainer's own: pixels to normalised batch, forward in the precision that <c>auto</c> chooses, loss, backward, SGD with Nesterov
/// momentum) on one fixed batch.
/// </summary>
internal sealed class OurStepWork : Work
{
    private readonly OurStep step;
    private readonly Tensor stored, pixels, labels;

    public OurStepWork(SideSettings settings)
    {
        var (count, side) = (settings.Number("batch"), settings.Number("size"));
        step = new OurStep(settings, Preprocessing.Squash(side), out var about);
        About = about;
        step.Network.PointwiseProducts = OurSettings.Products(settings);
        step.Network.MemoryEfficient = settings.TextOr("memory", "plenty") == "efficient";
        stored = FixedBatch.Pixels(count, side);
        pixels = stored.permute(0, 3, 1, 2);
        labels = FixedBatch.Labels(count);
    }

    public override string About { get; }

    public override double Round() => step.Run(pixels, labels);

    public override void Dispose()
    {
        step.Dispose();
        pixels.Dispose();
        stored.Dispose();
        labels.Dispose();
    }
}

/// <summary>The training step with a network, an optimiser and a loss of its own.</summary>
internal sealed class OurStep : IDisposable
{
    public const double Rate = 1e-3;
    private readonly TrainingLoss loss;

    public OurStep(SideSettings settings, Preprocessing preprocessing, out string about)
    {
        var precision = OurSettings.Choose(settings, out about);
        Network = ModelCatalogue.Find(settings.Text("model"))!.Create(FixedBatch.Classes);
        Optimiser = new Sgd(Network.Parameters);
        loss = new CrossEntropyOptions().Create([], ComputeDevice.Cpu);
        Inner = new TrainStep(Network, Optimiser, preprocessing, precision, loss);
    }

    public Network Network { get; }

    public Sgd Optimiser { get; }

    public TrainStep Inner { get; }

    /// <summary>One step; the tensors stay the caller's.</summary>
    /// <returns>Photos.</returns>
    public long Run(Tensor pixels, Tensor labels) => Inner.Run(pixels, labels, Rate);

    public void Dispose()
    {
        loss.Dispose();
        Optimiser.Dispose();
        Network.Dispose();
    }
}
