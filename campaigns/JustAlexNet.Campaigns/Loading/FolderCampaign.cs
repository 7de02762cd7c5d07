using System.Diagnostics;
using System.Globalization;
using JustAlexNet.Bench;
using JustAlexNet.Bench.Sides;
using JustAlexNet.Campaigns.Frame;
using JustAlexNet.Data;
using JustAlexNet.Inference;

namespace JustAlexNet.Campaigns.Loading;

/// <summary>A data set of 1,300,000 files: what it takes to begin. Each case opens it anew; the first may find it cold.</summary>
internal sealed class FolderCampaign : Campaign
{
    private const int Files = 1_300_000, MostBytes = 250, MostSeconds = 10;

    public override string Name => "folder";

    public override string About => "A folder of 1,300,000 pictures (links to a few): opened, split, and the first batch of an epoch made; within ten seconds where the system knows the folder, 250 bytes a picture.";

    public override long StandardCount => 4;

    public override TimeSpan CaseLimit => TimeSpan.FromMinutes(10);      // of making the links

    public override CaseOutcome Run(CaseContext context)
    {
        var folder = LinkedPhotos.Make(Checkout.Sample, Files);
        if (context.Index == 0) return new("made, or found there");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var begin = Stopwatch.GetTimestamp();
        var data = ImageFolder.Open(folder);
        var opened = Stopwatch.GetElapsedTime(begin);
        using var loader = Loader.Training(data.Training, Augmentation.Basic, 224, seed: 0);
        using (var batches = loader.Epoch(0).GetEnumerator())
            if (batches.MoveNext()) batches.Current.Dispose();
        var started = Stopwatch.GetElapsedTime(begin);
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        var count = data.Training.Count + data.Validation.Count;
        GC.KeepAlive(data);
        var said = string.Create(CultureInfo.InvariantCulture, $"{count:N0} pictures: opened in {opened.TotalSeconds:0.0} s, first batch after {started.TotalSeconds:0.0} s, {(double)held / count:0} bytes a picture are held, of the list, its split and the loader's copy");
        return new(said, count != Files ? $"{count} pictures, expected {Files}" : started.TotalSeconds > MostSeconds || held > (long)MostBytes * count ? "more than the aim" : null);
    }
}
