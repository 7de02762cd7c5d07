using JustAlexNet.Data;
using JustAlexNet.Inference;

namespace JustAlexNet.Bench.Sides;

/// <summary>Opening a folder of many files: found, labelled, split. The unit is a file.</summary>
internal sealed class OpenFolderWork(SideSettings settings) : Work
{
    private readonly string folder = LinkedPhotos.Make(settings.Text("data"), settings.Number("files"));

    public override string About => $"{settings.Number("files"):N0} files";

    public override double Round()
    {
        var data = ImageFolder.Open(folder);
        return data.Training.Count + data.Validation.Count;
    }

    public override void Dispose()
    {
    }
}

/// <summary>The beginning of an epoch over many files: their order drawn, then some hundred photos. The unit is a photo.</summary>
internal sealed class EpochBeginningWork : Work
{
    private const int Photos = 1024;
    private readonly Loader loader;
    private int epoch;

    public EpochBeginningWork(SideSettings settings)
    {
        var samples = ImageFolder.Open(LinkedPhotos.Make(settings.Text("data"), settings.Number("files"))).Training;
        loader = Loader.Training(samples, Augmentation.Basic, settings.Number("size"), seed: 0, new LoaderOptions { BatchSize = settings.Number("batch"), Workers = settings.NumberOrAuto("workers") });
        About = $"{samples.Count:N0} training photos, {loader.Workers} workers";
    }

    public override string About { get; }

    public override double Round()
    {
        var photos = 0;
        foreach (var batch in loader.Epoch(epoch++))
            using (batch)
            {
                photos += batch.Count;
                if (photos >= Photos) break;
            }
        return photos;
    }

    public override void Dispose() => loader.Dispose();
}
