using JustAlexNet.Data;
using JustAlexNet.Inference;

namespace JustAlexNet.Bench.Sides;

/// <summary>Loader and network together: one training epoch from files, without validation.</summary>
internal sealed class OurEpochWork : Work
{
    private readonly Loader loader;
    private readonly OurStep step;
    private int epoch;

    public OurEpochWork(SideSettings settings)
    {
        var side = settings.Number("size");
        var (samples, _) = BenchPhotos.Of(settings.Text("data"), settings.Number("photos"));
        loader = Loader.Training(samples, Augmentation.Basic, side, seed: 0, new LoaderOptions { BatchSize = settings.Number("batch"), Workers = settings.NumberOrAuto("workers") });
        step = new OurStep(settings, Augmentation.Basic.Evaluation(side), out var settled);
        About = $"{settled}, {loader.Workers} workers, {samples.Count} photos";
    }

    public override string About { get; }

    public override double Round()
    {
        var photos = 0L;
        foreach (var batch in loader.Epoch(epoch++))
            using (batch)
                photos += step.Run(batch.Pictures, batch.Labels);
        return photos;
    }

    public override void Dispose()
    {
        loader.Dispose();
        step.Dispose();
    }
}
