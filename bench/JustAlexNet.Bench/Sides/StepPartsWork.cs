using System.Diagnostics;
using JustAlexNet.Bench.Measuring;
using JustAlexNet.Data;
using JustAlexNet.Inference;
using JustAlexNet.Runtime.Native;
using Parallel = JustAlexNet.Runtime.Native.Parallel;
using static TorchSharp.torch;

namespace JustAlexNet.Bench.Sides;

/// <summary>A training step on photos from the loader, a step a round, that tells where its time went: what oneDNN does tells oneDNN itself (<see cref="StepParts"/>).</summary>
internal sealed class StepPartsWork : Work
{
    private readonly Loader loader;
    private readonly OurStep step;
    private readonly IEnumerator<Batch> batches;
    private readonly Dictionary<string, double> parts = [];

    public StepPartsWork(SideSettings settings)
    {
        var side = settings.Number("size");
        var (samples, _) = BenchPhotos.Of(settings.Text("data"), settings.Number("photos"));
        loader = Loader.Training(samples, Augmentation.Basic, side, seed: 0, new LoaderOptions { BatchSize = settings.Number("batch"), Workers = settings.NumberOrAuto("workers") });
        step = new OurStep(settings, Augmentation.Basic.Evaluation(side), out var settled);
        batches = Endless().GetEnumerator();
        Parallel.Watched = Timed;
        About = $"{settled}, {loader.Workers} workers, {samples.Count} photos";
    }

    public override string About { get; }

    public override double Round()
    {
        var begun = Stopwatch.GetTimestamp();
        _ = batches.MoveNext();
        Add(StepParts.Waiting, Stopwatch.GetElapsedTime(begun));
        using var scope = NewDisposeScope();
        _ = step.Inner.Add(batches.Current.Pictures, batches.Current.Labels);
        begun = Stopwatch.GetTimestamp();
        step.Inner.Update(OurStep.Rate);
        Add(StepParts.Update, Stopwatch.GetElapsedTime(begun));
        return batches.Current.Count;
    }

    public override IReadOnlyDictionary<string, double> TakeParts()
    {
        var taken = new Dictionary<string, double>(parts);
        parts.Clear();
        return taken;
    }

    public override void Dispose()
    {
        Parallel.Watched = null;
        batches.Dispose();
        loader.Dispose();
        step.Dispose();
    }

    private Action Timed(KernelKind kind)
    {
        var begun = Stopwatch.GetTimestamp();
        return () => Add(kind switch { KernelKind.Normalisation => StepParts.Normalisation, KernelKind.Pooling => StepParts.Pooling, _ => StepParts.Input }, Stopwatch.GetElapsedTime(begun));
    }

    private void Add(string part, TimeSpan time) => parts[part] = parts.GetValueOrDefault(part) + time.TotalSeconds;

    private IEnumerable<Batch> Endless()
    {
        for (var epoch = 0; ; epoch++)
            foreach (var batch in loader.Epoch(epoch))
                using (batch)
                    yield return batch;
    }
}
