namespace JustAlexNet.Inference;

/// <summary>A batch that is being filled: each slot by one thread, the rest by whoever holds the run's lock.</summary>
internal sealed class PendingBatch(int number, int[] indices, BatchBuffer buffer)
{
    private readonly Exception?[] faults = new Exception?[indices.Length];

    public int Number { get; } = number;

    /// <summary>The sample in each slot.</summary>
    public int[] Indices { get; } = indices;

    public BatchBuffer Buffer { get; } = buffer;

    /// <summary>Slots given to no thread yet begin here. Guarded by the run's lock.</summary>
    public int NextSlot { get; set; }

    /// <summary>Slots not filled yet. Guarded by the run's lock.</summary>
    public int Remaining { get; set; } = indices.Length;

    /// <summary>Writes one picture, or keeps why not: the consumer decides, in slot order, so that the outcome is the same for any number of threads.</summary>
    public void Fill(int slot, Preparation preparation, string path, int epoch, int stream)
    {
        try
        {
            preparation.Prepare(path, epoch, stream, Buffer.Picture(slot));
        }
        catch (Exception fault)
        {
            faults[slot] = fault;
        }
    }

    /// <summary>What befell the pictures that could not be prepared, in slot order.</summary>
    public IEnumerable<(int Index, Exception Fault)> Faults()
    {
        for (var slot = 0; slot < faults.Length; slot++)
            if (faults[slot] is { } fault) yield return (Indices[slot], fault);
    }

    /// <summary>Moves the good pictures together, in their order, and writes their labels; returns their samples.</summary>
    public int[] CloseUp(IReadOnlyList<Sample> samples)
    {
        var kept = new List<int>(Indices.Length);
        for (var slot = 0; slot < Indices.Length; slot++)
        {
            if (faults[slot] is not null) continue;
            if (kept.Count < slot) Buffer.Picture(slot).CopyTo(Buffer.Picture(kept.Count));
            Buffer.SetLabel(kept.Count, samples[Indices[slot]].Label);
            kept.Add(Indices[slot]);
        }
        return [.. kept];
    }
}
