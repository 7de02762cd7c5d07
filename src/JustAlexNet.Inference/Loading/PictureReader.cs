using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>Reads pictures in order, in batches, into the memory of an engine: threads decode and resize ahead of it.</summary>
internal sealed class PictureReader
{
    private readonly Sample[] samples;
    private readonly Preparation preparation;
    private readonly LoaderOptions options;

    /// <param name="samples">The pictures; the list is copied.</param>
    /// <param name="preparation">What becomes of each.</param>
    /// <param name="options">Batch size and workers.</param>
    /// <exception cref="JpegDecoderException">The environment asks for a JPEG decoder that cannot be had.</exception>
    /// <exception cref="ArgumentException">The options are at fault; all faults are named.</exception>
    public PictureReader(IReadOnlyList<Sample> samples, Preparation preparation, LoaderOptions options)
    {
        options.Check();
        if (options.DropLast) throw new ArgumentException("DropLast would leave pictures unmeasured.", nameof(options));
        _ = JpegDecoder.Current;        // an error in its switch is the caller's to hear, not a worker's
        (this.samples, this.preparation, this.options) = ([.. samples], preparation, options);
    }

    /// <summary>Every picture once. Each batch belongs to the caller, who disposes it.</summary>
    /// <param name="engine">Gives the memory.</param>
    /// <param name="bad">Decides about bad pictures; null: they stand in their batch's faults, of which none may be left.</param>
    /// <exception cref="DataException">A picture cannot be read and may not be left out, or none was left.</exception>
    public IEnumerable<PixelBatch> Read(Engine engine, BadImageLog? bad)
    {
        if (samples.Length == 0) yield break;
        var plan = new EpochPlan(samples, 0, null, options.BatchSize, (samples.Length - 1) / options.BatchSize + 1);
        using var run = new EpochRun(plan, preparation, 0, options.WorkersOn(Environment.ProcessorCount), options.Prefetch, engine.NewBuffer);
        var given = 0;
        foreach (var batch in run.Batches())
        {
            if (bad?.Admits(batch, samples) == false) continue;
            given++;
            yield return batch;
        }
        if (given == 0) throw bad!.NothingLeft(samples);
    }
}
