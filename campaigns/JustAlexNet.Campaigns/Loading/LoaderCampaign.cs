using JustAlexNet.Bench;
using JustAlexNet.Campaigns.Frame;
using JustAlexNet.Data;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Campaigns.Loading;

/// <summary>Loading that is broken off.</summary>
internal sealed class LoaderCampaign : Campaign
{
    private const int Side = 32, Longest = 30;      // milliseconds until the moment; about what a small epoch takes
    private static readonly IReadOnlyList<Sample> Photos = ImageFolder.Open(Checkout.Sample).Training;
    private static readonly SavedModelOptions Unsaid = new() { Preprocessing = Preprocessing.ImageNet(Side) };

    public override string Name => "loader";

    public override string About => "Loading and prediction broken off at random moments: disposed from elsewhere, left early, a transform that throws, a consumer that throws, a stop asked for. No deadlock, no thread left behind.";

    public override long StandardCount => 6000;

    public override TimeSpan CaseLimit => TimeSpan.FromSeconds(5);

    public override CaseOutcome Run(CaseContext context)
    {
        var random = context.Random;
        var outcome = (context.Index % 6) switch
        {
            0 => DisposedElsewhere(random),
            1 => LeftEarly(random),
            2 => Throwing(random),
            3 => ConsumerThrows(random),
            4 => SeveralAtOnce(random),
            _ => Stopped(random),
        };
        var left = LoaderThreads.Left();
        return outcome.Fault is null && left > 0 ? outcome with { Fault = $"{left} threads of the loader are left" } : outcome;
    }

    private static LoaderOptions Options(Random random) => new() { BatchSize = random.Next(1, 12), Workers = random.Next(0, 5), Prefetch = random.Next(1, 4), DropLast = random.Next(3) == 0 };

    private static Loader Training(Random random) => Loader.Training(Photos, Augmentation.Basic, Side, seed: random.Next(), Options(random));

    // A cancelled run disposes its loader while another thread waits for a batch.
    private static CaseOutcome DisposedElsewhere(Random random)
    {
        using var loader = Training(random);
        var wait = TimeSpan.FromMilliseconds(random.NextDouble() * Longest);
        var other = new Thread(() =>
        {
            Thread.Sleep(wait);
            loader.Dispose();
        });
        other.Start();
        try
        {
            foreach (var batch in loader.Epoch(0)) batch.Dispose();
            return new("disposed from elsewhere: the epoch was over before");
        }
        catch (ObjectDisposedException)
        {
            return new("disposed from elsewhere: the enumeration ended");
        }
        finally
        {
            other.Join();
        }
    }

    private static CaseOutcome LeftEarly(Random random)
    {
        using var loader = Training(random);
        var most = random.Next(0, loader.BatchesPerEpoch + 1);
        var taken = 0;
        using var batches = loader.Epoch(random.Next(5), startAt: random.Next(loader.BatchesPerEpoch)).GetEnumerator();
        while (taken < most && batches.MoveNext())
        {
            taken++;
            if (random.Next(5) > 0) batches.Current.Dispose();      // the others are left to the collector
        }
        return new(random.Next(2) == 0 ? "left early: the enumerator disposed" : Dispose(loader));

        static string Dispose(Loader loader)
        {
            loader.Dispose();
            return "left early: the loader disposed first";
        }
    }

    private static CaseOutcome Throwing(Random random)
    {
        var preparation = new FailingPreparation(random.Next(Photos.Count), random.Next(4), random.NextDouble() < 0.3);
        using var loader = Loader.Of(Photos, preparation, Options(random) with { BadImages = random.Next(2) == 0 ? BadImages.Fail : BadImages.Skip() });
        try
        {
            foreach (var batch in loader.Epoch(0)) batch.Dispose();
            return new("a transform that throws: pictures left out, or the faulty one dropped");
        }
        catch (Exception e) when (e is DataException or FailingPreparation.PlannedException)
        {
            return new($"a transform that throws: {e.GetType().Name} reached the consumer");
        }
    }

    private static CaseOutcome ConsumerThrows(Random random)
    {
        using var loader = Training(random);
        var at = random.Next(loader.BatchesPerEpoch + 1);
        try
        {
            foreach (var batch in loader.Epoch(0))
                using (batch)
                    if (at-- == 0) throw new FailingPreparation.PlannedException();
            return new("a consumer that throws: not reached");
        }
        catch (FailingPreparation.PlannedException)
        {
            return new("a consumer that throws: its exception came back");
        }
    }

    private static CaseOutcome SeveralAtOnce(Random random)
    {
        using var loader = Training(random);
        var epochs = Enumerable.Range(0, random.Next(2, 4)).Select(epoch => loader.Epoch(epoch).GetEnumerator()).ToList();
        for (var step = 0; step < 20; step++)
            if (epochs[random.Next(epochs.Count)] is var epoch && epoch.MoveNext()) epoch.Current.Dispose();
        foreach (var epoch in epochs.Where(_ => random.Next(2) == 0)) epoch.Dispose();
        return new("several epochs at once: some left to the loader's own end");      // the loader is disposed with some of them under way
    }

    private static CaseOutcome Stopped(Random random)
    {
        using var predictor = new Predictor(SavedModel.Open(Path.Combine(Checkout.Root, "tests", "Shared", "channel-means.onnx"), Unsaid));
        using var stop = new CancellationTokenSource();
        stop.CancelAfter(TimeSpan.FromMilliseconds(random.NextDouble() * Longest));
        var answers = 0;
        try
        {
            foreach (var _ in predictor.Predict(Photos.Select(photo => photo.Path), new PredictorOptions(), stop.Token)) answers++;
            return answers == Photos.Count ? new("a stop asked for: all was predicted before") : new("a stop asked for: ended early without a word", $"{answers} of {Photos.Count} answers and no exception");
        }
        catch (OperationCanceledException)
        {
            return new("a stop asked for: the prediction ended");
        }
    }
}
