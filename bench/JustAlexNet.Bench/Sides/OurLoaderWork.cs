using JustAlexNet.Data;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Bench.Sides;

/// <summary>JustAlexNet's loader alone: one epoch over some photos, every batch taken and given back.</summary>
internal sealed class OurLoaderWork : Work
{
    private readonly Loader loader;
    private readonly PhotoCache? cache;
    private int epoch;

    public OurLoaderWork(SideSettings settings)
    {
        var augmentation = settings.Text("augment") == "standard" ? Augmentation.Standard : Augmentation.Basic;
        var data = settings.Text("data");
        var (samples, _) = BenchPhotos.Of(settings.TextOr("megapixels", "") is { Length: > 0 } megapixels ? LargePhotos.Make(data, megapixels) : data, settings.Number("photos"));
        cache = settings.TextOr("cache", "off") switch { "ram" => PhotoCache.InMemory(4L << 30), "disk" => PhotoCache.OnDisk(Path.Combine(Checkout.Root, "out", "bench", "cache")), _ => null };
        var reading = new PhotoReading { Scaled = settings.TextOr("decode", "scaled") == "scaled", Side = settings.NumberOrAuto("side"), Cache = cache };
        loader = Loader.Training(samples, augmentation, settings.Number("size"), seed: 0, new LoaderOptions { BatchSize = settings.Number("batch"), Workers = settings.NumberOrAuto("workers") }, reading);
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

    public override void Dispose()
    {
        loader.Dispose();
        cache?.Dispose();
    }
}
