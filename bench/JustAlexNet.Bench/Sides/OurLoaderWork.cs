using JustAlexNet.Data;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Bench.Sides;

/// <summary>JustAlexNet's loader alone: one epoch over some photos, every batch taken and given back.</summary>
internal sealed class OurLoaderWork : Work
{
    private readonly Loader loader;
    private int epoch;

    public OurLoaderWork(SideSettings settings)
    {
        var augmentation = settings.Text("augment") == "standard" ? Augmentation.Standard : Augmentation.Basic;
        var (samples, _) = BenchPhotos.Of(settings.Text("data"), settings.Number("photos"));
        loader = Loader.Training(samples, augmentation, settings.Number("size"), seed: 0, new LoaderOptions { BatchSize = settings.Number("batch"), Workers = settings.NumberOrAuto("workers") });
        About = $"{JpegDecoder.Current}, {loader.Workers} workers, {samples.Count} photos";
    }

    public override string About { get; }

    public override double Round()
    {
        var photos = 0;
        foreach (var batch in loader.Epoch(epoch++))
            using (batch)
                photos += batch.Count;
        return photos;
    }

    public override void Dispose() => loader.Dispose();
}
