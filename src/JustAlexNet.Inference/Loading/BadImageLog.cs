using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>Decides what becomes of pictures that could not be prepared, and remembers those left out. Loaders may share one, and so its limit. Thread-safe.</summary>
internal sealed class BadImageLog(BadImages policy, int pictures)
{
    private readonly List<SkippedImage> skipped = [];
    private readonly HashSet<string> seen = [];

    /// <summary>Each picture left out so far, once, in the order of the batches they were missing from.</summary>
    public IReadOnlyList<SkippedImage> Skipped
    {
        get
        {
            lock (skipped) return [.. skipped];
        }
    }

    /// <summary>Leaves out what is bad in a batch; the batch is disposed where nothing is left of it, or something may not be left out.</summary>
    /// <returns>Whether there is something left.</returns>
    /// <exception cref="DataException">A picture may not be left out.</exception>
    public bool Admits(PixelBatch batch, IReadOnlyList<Sample> samples)
    {
        try
        {
            foreach (var (index, fault) in batch.Faults) Add(samples[index].Path, fault);
        }
        catch
        {
            batch.Dispose();
            throw;
        }
        if (batch.Count > 0) return true;
        batch.Dispose();
        return false;
    }

    /// <summary>Leaves the picture out, if it may be.</summary>
    /// <exception cref="DataException">It may not.</exception>
    public void Add(string path, Exception fault)
    {
        var bad = Expected(path, fault);
        if (!policy.Skips)
        {
            throw new DataException($"{bad.Message}\n  1 of {Counted.Of(pictures, "picture")}. Repair or remove it, or pass `bad_images` skip to leave such "
                + "pictures out (they will be listed).", path, bad);
        }
        lock (skipped)
        {
            if (!seen.Add(path)) return;
            skipped.Add(new(path, bad.Reason));
            if (skipped.Count <= policy.Limit || policy.Limit is null) return;
        }
        throw new DataException($"{skipped.Count} of {Counted.Of(pictures, "picture")} cannot be read, more than the limit of {policy.Limit}\n"
            + $"  last: {path}: {bad.Reason}\n  Repair or remove them, or raise `bad_images_limit`.", path, bad);
    }

    /// <summary>The fault, where it is one that pictures have.</summary>
    /// <exception cref="DataException">It is another.</exception>
    public static ImageException Expected(string path, Exception fault) =>
        fault as ImageException ?? throw new DataException($"preparing {path} failed: {fault.GetType().Name}: {fault.Message}", path, fault);

    /// <summary>What is said when an epoch had pictures and every one was left out.</summary>
    /// <param name="samples">The epoch's pictures.</param>
    public DataException NothingLeft(IReadOnlyList<Sample> samples)
    {
        var paths = samples.Select(sample => sample.Path).ToHashSet();
        var first = Skipped.First(skipped => paths.Contains(skipped.Path));
        return new($"none of {Counted.Of(samples.Count, "picture")} can be read\n  first: {first.Path}: {first.Reason}\n  Repair them, or choose another folder.", first.Path);
    }
}
