namespace JustAlexNet.Inference;

/// <summary>Which samples of an epoch go into which batch: the samples in order, cut every so many, the slices dealt out to the ranks in turn.</summary>
/// <param name="Samples">All samples.</param>
/// <param name="Epoch">The epoch, 0 or more.</param>
/// <param name="Order">The samples' places in the order of the epoch, or null for that of the list.</param>
/// <param name="BatchSize">Pictures a slice; the last may have fewer.</param>
/// <param name="Slices">Slices of the epoch, of all ranks together.</param>
internal sealed record EpochPlan(IReadOnlyList<Sample> Samples, int Epoch, int[]? Order, int BatchSize, int Slices)
{
    /// <summary>Which rank this is, 0 (default) to below <see cref="Ranks"/>: rank r takes the slices r, r + Ranks, r + 2 Ranks ...</summary>
    public int Rank { get; init; }

    /// <summary>How many ranks learn together, 1 (default) or more.</summary>
    public int Ranks { get; init; } = 1;

    /// <summary>Whether samples may come more than once: then their random streams go by their place in the epoch, not in the list. Default false.</summary>
    public bool Repeats { get; init; }

    /// <summary>Batches of this rank; where the slices do not come out even, the last ranks have one fewer.</summary>
    public int Batches => (Slices - Rank + Ranks - 1) / Ranks;

    /// <summary>The samples' places in the list of a batch of this rank.</summary>
    public int[] IndicesOf(int batch)
    {
        var first = First(batch);
        var indices = new int[Math.Min(BatchSize, Samples.Count - first)];
        for (var slot = 0; slot < indices.Length; slot++) indices[slot] = Order is null ? first + slot : Order[first + slot];
        return indices;
    }

    /// <summary>The number of the random stream of a sample of a batch.</summary>
    public int StreamOf(int batch, int slot, int index) => Repeats ? First(batch) + slot : index;

    private int First(int batch) => (batch * Ranks + Rank) * BatchSize;
}
