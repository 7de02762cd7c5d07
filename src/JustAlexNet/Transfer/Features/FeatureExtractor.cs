using JustAlexNet.Data;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Weights;

namespace JustAlexNet.Transfer;

/// <summary>How far the computation of features is.</summary>
/// <param name="Done">Pictures and views done, those from the cache included.</param>
/// <param name="Total">Pictures times views.</param>
/// <param name="FromCache">How many of them came from the cache.</param>
public sealed record FeatureProgress(int Done, int Total, int FromCache);

/// <summary>Computes the features of pictures once: what the cache holds is taken from there, the rest is computed and kept.</summary>
/// <param name="backbone">Stays the caller's.</param>
/// <param name="cache">Where features are kept.</param>
/// <param name="loading">How pictures are read; the bad ones are left out of the result, if they may be.</param>
/// <param name="clock">Tells when it is time to keep what there is.</param>
internal sealed class FeatureExtractor(Backbone backbone, FeatureCache cache, LoaderOptions loading, TimeProvider clock)
{
    /// <summary>What a power cut can cost.</summary>
    private static readonly TimeSpan SaveInterval = TimeSpan.FromMinutes(1);

    private readonly List<string> notes = [];

    /// <summary>What a person should know: damaged entries, a cache that cannot be written.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>The features of some pictures.</summary>
    /// <param name="samples">The pictures.</param>
    /// <param name="views">How each is looked at.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="stop">Ends after the batch at hand; what was computed is kept.</param>
    /// <returns>The features, and the pictures they belong to: all but bad ones.</returns>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public (FeatureTable Table, IReadOnlyList<Sample> Samples) Run(IReadOnlyList<Sample> samples, IReadOnlyList<FeatureView> views, Action<FeatureProgress> progress, CancellationToken stop)
    {
        var contents = ContentHash.Of(samples, stop);
        var found = new float[]?[views.Count][];
        var state = new FeatureProgress(0, samples.Count * views.Count, 0);
        for (var v = 0; v < views.Count; v++)
            (found[v], state) = Run(samples, contents, views[v], state, progress, stop);
        int[] whole = [.. Enumerable.Range(0, samples.Count).Where(i => found.All(view => view[i] is not null))];
        var rows = whole.SelectMany(i => found.Select(view => view[i]!)).ToArray();
        return (new FeatureTable([.. whole.Select(i => samples[i].Label)], views.Count, backbone.FeatureCount, rows), [.. whole.Select(i => samples[i])]);
    }

    private (float[]?[] Features, FeatureProgress State) Run(
        IReadOnlyList<Sample> samples, UInt128?[] contents, FeatureView view, FeatureProgress state, Action<FeatureProgress> progress, CancellationToken stop)
    {
        var file = cache.FileOf(backbone, view);
        var kept = file?.Read(contents.OfType<UInt128>().ToHashSet()) ?? [];
        if (file is { Damaged: > 0 and var damaged }) notes.Add($"{Counted.Of(damaged, "damaged entry")} in the cache of features: computed again");
        var features = contents.Select(content => content is { } known ? kept.GetValueOrDefault(known) : null).ToArray();
        int[] missing = [.. Enumerable.Range(0, features.Length).Where(i => features[i] is null)];
        var present = features.Length - missing.Length;
        state = state with { Done = state.Done + present, FromCache = state.FromCache + present };
        progress(state);
        if (missing.Length == 0) return (features, state);

        var fresh = new Dictionary<UInt128, float[]>();
        var saved = clock.GetTimestamp();
        var reached = state.Done;
        using var loader = Loader.Of([.. missing.Select(i => samples[i])], new FeatureViewPreparation(backbone.Preprocessing, view), loading with { AllowEmptyEpoch = true });
        try
        {
            foreach (var batch in loader.Epoch(0))
            {
                using var done = batch;
                stop.ThrowIfCancellationRequested();
                Compute(batch);
                progress(state = state with { Done = Math.Min(reached + missing.Length, state.Done + batch.Count) });
                if (clock.GetElapsedTime(saved) < SaveInterval) continue;
                Keep(file, fresh);
                saved = clock.GetTimestamp();
            }
        }
        finally
        {
            Keep(file, fresh);
        }
        return (features, state with { Done = reached + missing.Length });

        void Compute(Batch batch)
        {
            var (width, rows) = (backbone.FeatureCount, new float[batch.Count * backbone.FeatureCount]);
            backbone.Extract(batch, rows);
            for (var row = 0; row < batch.Count; row++)
            {
                var i = missing[batch.Indices[row]];
                var values = features[i] = rows[(row * width)..((row + 1) * width)];
                Require(values, samples[i].Path);
                if (contents[i] is { } content) fresh[content] = values;
            }
        }
    }

    private void Keep(FeatureFile? file, Dictionary<UInt128, float[]> fresh)
    {
        try
        {
            file?.Add(fresh);
            fresh.Clear();
        }
        catch (WeightsException e)
        {
            var note = $"features are not kept: {e.Message.Split('\n')[0]}";
            if (!notes.Contains(note)) notes.Add(note);
        }
    }

    private void Require(float[] values, string path)
    {
        if (values.All(float.IsFinite)) return;
        throw new TransferException($"{backbone.Name} gives features that are not finite numbers for {path}.\nAre the pretrained weights whole, and is `preprocessing` the one they were trained with?");
    }
}
