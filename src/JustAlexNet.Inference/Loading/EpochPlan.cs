namespace JustAlexNet.Inference;

/// <summary>Which samples of an epoch go into which batch: the samples in order, cut every so many.</summary>
/// <param name="Samples">All samples.</param>
/// <param name="Epoch">The epoch, 0 or more.</param>
/// <param name="Order">The order of the samples' places, or null for that of the list.</param>
/// <param name="BatchSize">Pictures a batch; the last may have fewer.</param>
/// <param name="Batches">Batches an epoch.</param>
internal sealed record EpochPlan(IReadOnlyList<Sample> Samples, int Epoch, int[]? Order, int BatchSize, int Batches)
{
    public int[] IndicesOf(int batch)
    {
        var first = batch * BatchSize;
        var indices = new int[Math.Min(BatchSize, Samples.Count - first)];
        for (var slot = 0; slot < indices.Length; slot++) indices[slot] = Order is null ? first + slot : Order[first + slot];
        return indices;
    }
}
