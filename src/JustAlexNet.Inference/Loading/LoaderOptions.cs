namespace JustAlexNet.Inference;

/// <summary>How often each picture comes in an epoch of training.</summary>
public enum Sampling
{
    /// <summary>Once, in a random order.</summary>
    Uniform,

    /// <summary>
    /// By chance, with replacement: as many draws as there are pictures, every class as likely as every other and within it every picture. PyTorch's <c>WeightedRandomSampler</c> with weights of 1 / pictures of the class.
    /// A picture that comes twice is augmented anew.
    /// </summary>
    Weighted,
}

/// <summary>How a loader makes batches. None of it but <see cref="BatchSize"/>, <see cref="DropLast"/> and <see cref="Sampling"/> changes what is in them.</summary>
public sealed record LoaderOptions
{
    /// <summary>The largest number of <see cref="Workers"/>: each is a thread, and beyond the cores they gain nothing.</summary>
    public const int MaxWorkers = 512;

    private const int MaxAutomaticWorkers = 16;

    /// <summary>Pictures a batch, 1 or more. Default 32.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>
    /// Threads that decode and resize, 0 to <see cref="MaxWorkers"/>; 0 prepares each batch in the calling thread. Null (default) chooses: a quarter of the cores,
    /// at least 1, where the network runs on the same cores and takes about a tenth of what one worker gives a core's share of it;
    /// with <see cref="Pin"/> (the network runs on a GPU) all cores but one, 1 to 16.
    /// </summary>
    public int? Workers { get; init; }

    /// <summary>How often each picture comes in an epoch of training. Default <see cref="Sampling.Uniform"/>.</summary>
    public Sampling Sampling { get; init; } = Sampling.Uniform;

    /// <summary>Leaves out the last batch of an epoch if it is not full. Default false.</summary>
    public bool DropLast { get; init; }

    /// <summary>What happens to pictures that cannot be read. Default <see cref="BadImages.Fail"/>.</summary>
    public BadImages BadImages { get; init; } = BadImages.Fail;

    /// <summary>Hands out batches in page-locked memory, from which a copy to a CUDA device can run beside computation. Needs CUDA. Default false.</summary>
    public bool Pin { get; init; }

    /// <summary>Batches prepared ahead of the one handed out, 1 or more; each takes batch size x S x S x 3 bytes. Default 2. Without workers none is.</summary>
    public int Prefetch { get; init; } = 2;

    /// <summary>Where several loaders of one run count bad pictures together; then <see cref="BadImages"/> is the log's affair. Null: each for itself.</summary>
    internal BadImageLog? BadImageLog { get; init; }

    /// <summary>An epoch of which no picture can be read is empty instead of an error: there are others elsewhere.</summary>
    internal bool AllowEmptyEpoch { get; init; }

    /// <summary>The number of workers these options come to on a machine of so many cores.</summary>
    internal int WorkersOn(int cores) => Workers ?? (Pin ? Math.Clamp(cores - 1, 1, MaxAutomaticWorkers) : Math.Max(1, cores / 4));

    /// <summary>What is wrong with a number of workers, as a sentence; null if nothing is.</summary>
    public static string? WorkersFault(int? workers) => workers is < 0 or > MaxWorkers
        ? $"`workers` is {workers}, expected auto or 0 to {MaxWorkers}: each is a thread, and more threads than the machine has cores gain nothing" : null;

    /// <exception cref="ArgumentException">Names every fault.</exception>
    internal void Check()
    {
        var faults = new List<string>();
        if (!Enum.IsDefined(Sampling)) faults.Add($"Sampling is {Sampling}, expected Uniform or Weighted.");
        if (BatchSize < 1) faults.Add($"BatchSize is {BatchSize}, expected 1 or more.");
        if (Workers is < 0 or > MaxWorkers) faults.Add($"Workers is {Workers}, expected 0 to {MaxWorkers}, or null.");
        if (Prefetch < 1) faults.Add($"Prefetch is {Prefetch}, expected 1 or more.");
        if (BadImages is null) faults.Add("BadImages is null.");
        OptionFaults.Throw(nameof(LoaderOptions), faults);
    }
}
