using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Runtime;

namespace JustAlexNet.Data;

/// <summary>Turns samples into batches, epoch by epoch: threads decode and resize ahead of the caller.</summary>
/// <remarks>
/// <para>What is in a batch is a pure function of the samples, the seed, the epoch and the batch size; the number of workers has no part in it.
/// An epoch can begin at any batch, so a resumed run sees what an uninterrupted one would have seen.</para>
/// <para>Use:
/// <code>
/// var photos = ImageFolder.Open("photos");
/// using var trainLoader = Loader.Training(photos.Training, Augmentation.Basic, side: 224, seed: 0);
/// using var valLoader = Loader.Evaluation(photos.Validation, Augmentation.Basic.Evaluation(224));
/// foreach (var batch in trainLoader.Epoch(0))
///     using (batch) { ... }
/// </code></para>
/// <para>The threads live from the first step of an enumeration to its end or its disposal; they are gone when a <c>foreach</c> is left, however it is left.
/// Several enumerations may run at once; each belongs to one thread at a time.</para>
/// </remarks>
public sealed class Loader : IDisposable
{
    private readonly Sample[] samples;
    private readonly Func<int, Preparation> preparation;     // by epoch, from 0
    private readonly long? shuffleSeed;
    private readonly LoaderOptions options;
    private readonly BadImageLog bad;
    private readonly HashSet<EpochRun> runs = [];
    private bool disposed;

    private Loader(Sample[] samples, Func<int, Preparation> preparation, long? shuffleSeed, LoaderOptions options)
    {
        TorchRuntime.Prepare();   // before the first buffer
        _ = JpegDecoder.Current;  // an error in its switch is the caller's to hear, not a worker's
        (this.samples, this.preparation, this.shuffleSeed, this.options) = (samples, preparation, shuffleSeed, options);
        bad = options.BadImageLog ?? new(options.BadImages, samples.Length);
        Workers = options.WorkersOn(Environment.ProcessorCount);
        BatchesPerEpoch = options.DropLast ? samples.Length / options.BatchSize : (samples.Length - 1) / options.BatchSize + 1;
    }

    /// <summary>The loader's list.</summary>
    internal IReadOnlyList<Sample> Samples => samples;

    /// <summary>Pictures in the loader's list.</summary>
    public int Count => samples.Length;

    /// <summary>Batches an epoch, those counted that are left out because all their pictures are bad.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>The side in pixels of the pictures of an epoch, 0 or more.</summary>
    internal int SideOf(int epoch) => preparation(epoch).Side;

    /// <summary>Threads that prepare pictures; 0 where the caller's thread does.</summary>
    public int Workers { get; }

    /// <summary>How many pictures of the list each class has.</summary>
    internal IReadOnlyList<int> CountLabels(int classes)
    {
        var counts = new int[classes];
        foreach (var sample in samples) counts[sample.Label]++;
        return counts;
    }

    /// <summary>The pictures left out so far, each once: see <see cref="BadImages.Skip"/>. A copy.</summary>
    public IReadOnlyList<SkippedImage> Skipped => bad.Skipped;

    /// <summary>Counts pictures as left out that an earlier part of the run could not read.</summary>
    internal void Recall(SkippedImage left) => bad.Recall(left);

    /// <summary>A loader for training: shuffled anew each epoch, augmented.</summary>
    /// <param name="samples">The pictures; the list is copied.</param>
    /// <param name="augmentation">How pictures are varied.</param>
    /// <param name="side">S, the side of the network's input in pixels, 1 or more: one, or several by epoch.</param>
    /// <param name="seed">Decides order and augmentation together with the epoch.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="reading">How photos are read before they are varied. Null for the defaults: JPEG files much larger than needed are decoded smaller.</param>
    /// <exception cref="DataException">A batch is larger than the list of samples.</exception>
    /// <exception cref="JpegDecoderException">The environment asks for a JPEG decoder that cannot be had.</exception>
    /// <exception cref="ArgumentException">There are no samples, or the options are at fault; all faults are named.</exception>
    public static Loader Training(IReadOnlyList<Sample> samples, Augmentation augmentation, ImageSizes side, long seed, LoaderOptions? options = null, PhotoReading? reading = null)
    {
        ArgumentNullException.ThrowIfNull(augmentation);
        ArgumentNullException.ThrowIfNull(side);
        foreach (var (pixels, _) in side.Stages) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pixels, nameof(side));
        var (list, checkedOptions) = Check(samples, options);
        RequireFits(checkedOptions.BatchSize, list.Length);
        return new(list, epoch => new TrainingPreparation(augmentation, side.Of(epoch + 1), seed, reading ?? new()), seed, checkedOptions);
    }

    /// <summary>Checks that a batch for training can be filled.</summary>
    /// <exception cref="DataException">It is larger than the data set.</exception>
    internal static void RequireFits(int batchSize, int pictures)
    {
        if (batchSize <= pictures) return;
        throw new DataException($"a batch is larger than the data set: {batchSize} pictures a batch, {pictures} training pictures\n  Pass `batch_size` {pictures} or less, or add pictures.");
    }

    /// <summary>A loader for validation, evaluation and prediction: every picture once, in the order of the list, always the same.</summary>
    /// <param name="samples">The pictures; the list is copied.</param>
    /// <param name="preprocessing">The network's preprocessing. Its normalisation is left to whoever takes the batches.</param>
    /// <param name="options">Null for the defaults. A batch may be larger than the list.</param>
    /// <exception cref="JpegDecoderException">The environment asks for a JPEG decoder that cannot be had.</exception>
    /// <exception cref="ArgumentException">There are no samples, the options are at fault (all faults are named), or they drop the last batch: it would go unmeasured.</exception>
    public static Loader Evaluation(IReadOnlyList<Sample> samples, Preprocessing preprocessing, LoaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        if (options is { DropLast: true }) throw new ArgumentException("DropLast would leave pictures unmeasured.", nameof(options));
        var (list, checkedOptions) = Check(samples, options);
        return Of(list, new EvaluationPreparation(preprocessing), checkedOptions);
    }

    /// <summary>As <see cref="Evaluation"/>, with a preparation of the caller's.</summary>
    internal static Loader Of(IReadOnlyList<Sample> samples, Preparation preparation, LoaderOptions options)
    {
        var (list, checkedOptions) = Check(samples, options);
        return new(list, _ => preparation, null, checkedOptions);
    }

    /// <summary>The batches of one epoch, in order. Each belongs to the caller, who disposes it.</summary>
    /// <param name="epoch">The epoch, 0 or more; without effect on a loader for evaluation.</param>
    /// <param name="startAt">Batches already done, 0 to <see cref="BatchesPerEpoch"/>: the <see cref="Batch.Number"/> of the first one wanted.</param>
    /// <returns>Does nothing until it is enumerated.</returns>
    /// <exception cref="DataException">While enumerating: a picture cannot be read and may not be left out, or none was left of the whole epoch.</exception>
    /// <exception cref="ObjectDisposedException">The loader was disposed, also while enumerating.</exception>
    public IEnumerable<Batch> Epoch(int epoch, int startAt = 0)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(startAt);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(startAt, BatchesPerEpoch);
        return Pixels(epoch, startAt).Select(batch => new Batch(batch, options.Pin));
    }

    /// <summary>Stops every enumeration that is under way and waits for its threads. A second call does nothing. Batches handed out stay valid.</summary>
    public void Dispose()
    {
        EpochRun[] running;
        lock (runs)
        {
            disposed = true;
            running = [.. runs];
        }
        foreach (var run in running) run.Dispose();
    }

    private static (Sample[] Samples, LoaderOptions Options) Check(IReadOnlyList<Sample> samples, LoaderOptions? options)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.Count == 0) throw new ArgumentException("There are no samples.", nameof(samples));
        options ??= new();
        options.Check();
        return ([.. samples], options);
    }

    /// <summary>As <see cref="Epoch"/>, without tensors.</summary>
    internal IEnumerable<PixelBatch> Pixels(int epoch, int startAt = 0)
    {
        var draws = options.Sampling == Sampling.Weighted;
        var order = shuffleSeed is not { } seed ? null : draws ? EpochOrder.Weighted(seed, epoch, [.. samples.Select(sample => sample.Label)]) : EpochOrder.Permutation(seed, epoch, samples.Length);
        var plan = new EpochPlan(samples, epoch, order, options.BatchSize, BatchesPerEpoch) { Repeats = order is not null && draws };
        var preparing = preparation(epoch);
        using var run = new EpochRun(plan, preparing, startAt, Workers, options.Prefetch, (capacity, side) => new TensorBuffer(capacity, side));
        lock (runs)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            runs.Add(run);
        }
        try
        {
            preparing.Begin();
            var given = startAt;
            foreach (var batch in run.Batches())
            {
                if (!bad.Admits(batch, samples)) continue;
                given++;
                yield return batch;
            }
            if (given == 0 && BatchesPerEpoch > 0 && !options.AllowEmptyEpoch) throw bad.NothingLeft(samples);
        }
        finally
        {
            lock (runs) runs.Remove(run);
            preparing.End();
        }
    }
}
