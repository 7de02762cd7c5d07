using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>Decides what becomes of pictures that could not be prepared, and remembers those left out. Loaders may share one, and so its limit. Thread-safe.</summary>
internal sealed class BadImageLog(BadImages policy, int pictures)
{
    private readonly List<SkippedImage> skipped = [];
    private readonly HashSet<string> seen = [];

    /// <summary>The parts of the data of which classes may lose every picture; none: nobody is told.</summary>
    public IReadOnlyList<ClassWatch> Parts { get; init; } = [];

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
    /// <exception cref="DataException">It may not, or a class has no other that it needs.</exception>
    public void Add(string path, Exception fault)
    {
        var bad = Expected(path, fault);
        if (!policy.Skips)
        {
            throw new DataException($"{bad.Message}\n  1 of {Counted.Of(pictures, "picture")}. Repair or remove it, or pass `bad_images` skip to leave such "
                + "pictures out (they will be listed).", path, bad);
        }
        List<(ClassWatch Part, LostClass Class)> lost;
        bool isWithin;
        lock (skipped)
        {
            if (!seen.Add(path)) return;
            var left = new SkippedImage(path, bad.Reason);
            skipped.Add(left);
            isWithin = skipped.Count <= policy.Limit || policy.Limit is null;
            lost = [.. Parts.Select(part => (part, part.Leave(left))).Where(found => found.Item2 is not null).Select(found => (found.part, found.Item2!))];
        }
        if (isWithin)
        {
            foreach (var (part, found) in lost) part.Tell(found);
            return;
        }
        throw new DataException($"{skipped.Count} of {Counted.Of(pictures, "picture")} cannot be read, more than the limit of {policy.Limit}\n"
            + $"  last: {PrintableText.Of(path)}: {bad.Reason}\n  Repair or remove them, or raise `bad_images_limit`.", path, bad);
    }

    /// <summary>Takes over a picture that an earlier part of the run left out, and said so: nobody is told again.</summary>
    public void Recall(SkippedImage left)
    {
        lock (skipped)
        {
            if (!seen.Add(left.Path)) return;
            skipped.Add(left);
            foreach (var part in Parts) _ = part.Leave(left);
        }
    }

    /// <summary>The fault, where it is one that pictures have.</summary>
    /// <exception cref="DataException">It is another.</exception>
    public static ImageException Expected(string path, Exception fault) =>
        fault as ImageException ?? throw new DataException($"preparing {PrintableText.Of(path)} failed: {fault.GetType().Name}: {fault.Message}", path, fault);

    /// <summary>What is said when an epoch had pictures and every one was left out.</summary>
    /// <param name="samples">The epoch's pictures.</param>
    public DataException NothingLeft(IReadOnlyList<Sample> samples)
    {
        var paths = samples.Select(sample => sample.Path).ToHashSet();
        var first = Skipped.First(skipped => paths.Contains(skipped.Path));
        return new($"none of {Counted.Of(samples.Count, "picture")} can be read\n  first: {PrintableText.Of(first.Path)}: {first.Reason}\n  Repair them, or choose another folder.", first.Path);
    }
}
