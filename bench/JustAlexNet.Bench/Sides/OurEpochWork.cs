using JustAlexNet.Data;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using JustAlexNet.Training;

namespace JustAlexNet.Bench.Sides;

/// <summary>Loader and network together: one training epoch from files, without validation.</summary>
internal sealed class OurEpochWork : Work
{
    private readonly Loader loader;
    private readonly Network network;
    private readonly Sgd optimiser;
    private readonly Preprocessing preprocessing;
    private readonly Precision precision;
    private int epoch;

    public OurEpochWork(SideSettings settings)
    {
        var side = settings.Number("size");
        precision = OurSettings.Choose(settings, out var settled);
        var (samples, _) = BenchPhotos.Of(settings.Text("data"), settings.Number("photos"));
        loader = Loader.Training(samples, Augmentation.Basic, side, seed: 0, new LoaderOptions { BatchSize = settings.Number("batch"), Workers = settings.NumberOrAuto("workers") });
        network = ModelCatalogue.Find(settings.Text("model"))!.Create(FixedBatch.Classes);
        optimiser = new Sgd(network.Parameters);
        preprocessing = Augmentation.Basic.Evaluation(side);
        About = $"{settled}, {loader.Workers} workers, {samples.Count} photos";
    }

    public override string About { get; }

    public override double Round()
    {
        var photos = 0L;
        foreach (var batch in loader.Epoch(epoch++))
            using (batch)
                photos += OurStepWork.Step(network, optimiser, batch.Pictures, batch.Labels, preprocessing, precision);
        return photos;
    }

    public override void Dispose()
    {
        loader.Dispose();
        optimiser.Dispose();
        network.Dispose();
    }
}
