using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>The one way of pictures through an engine: training's validation, evaluation and prediction take it.</summary>
internal static class InferenceLoop
{
    /// <summary>Runs batches in order.</summary>
    /// <param name="engine">Stays the caller's.</param>
    /// <param name="batches">Disposed one by one.</param>
    /// <param name="preprocessing">Gives mean and deviation.</param>
    /// <param name="features">Whether features are wanted too.</param>
    /// <param name="stop">Ends between batches.</param>
    /// <returns>The output, valid until the next step; null for a batch without good pictures.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was asked for.</exception>
    public static IEnumerable<(PixelBatch Batch, EngineOutput? Output)> Run(Engine engine, IEnumerable<PixelBatch> batches, Preprocessing preprocessing, bool features = false, CancellationToken stop = default)
    {
        foreach (var batch in batches)
        {
            using var done = batch;
            stop.ThrowIfCancellationRequested();
            using var output = batch.Count == 0 ? null : engine.Run(batch.Buffer, batch.Count, preprocessing, features);
            yield return (batch, output);
        }
    }

    /// <summary>Measures labelled pictures.</summary>
    /// <param name="engine">Stays the caller's.</param>
    /// <param name="batches">Disposed one by one; each of one good picture or more.</param>
    /// <param name="samples">What the batches' places refer to.</param>
    /// <param name="classes">The classes' names, in the order of the labels.</param>
    /// <param name="preprocessing">Gives mean and deviation.</param>
    /// <param name="each">Sees every batch after it was added. Null: nobody.</param>
    /// <param name="stop">Ends between batches.</param>
    /// <exception cref="NotFiniteOutputException">A logit is infinite or not a number.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was asked for.</exception>
    public static ClassificationReport Measure(
        Engine engine, IEnumerable<PixelBatch> batches, IReadOnlyList<Sample> samples, IReadOnlyList<string> classes, Preprocessing preprocessing, Action<PixelBatch, EngineOutput>? each = null, CancellationToken stop = default)
    {
        using var meter = engine.NewMeter(classes);
        foreach (var (batch, output) in Run(engine, batches, preprocessing, stop: stop))
        {
            meter.Add(output!, [.. batch.Indices.Select(i => samples[i].Label)]);
            each?.Invoke(batch, output!);
        }
        return meter.Report();
    }
}
