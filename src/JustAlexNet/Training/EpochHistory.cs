namespace JustAlexNet.Training;

/// <summary>The finished epochs of a run, the best of them, and whether it is time to stop early.</summary>
/// <param name="patience">Epochs without a better validation top-1 after which it is; 0: never.</param>
/// <param name="minimumDelta">By how much the top-1 must pass the best so far to count as better for that.</param>
internal sealed class EpochHistory(int patience, double minimumDelta)
{
    private readonly List<EpochRecord> records = [];

    /// <summary>In order.</summary>
    public IReadOnlyList<EpochRecord> Records => records;

    /// <summary>The best epoch so far (highest validation top-1, then lowest validation loss), what <see cref="Begin"/> was given among them; or null before the first.</summary>
    public EpochRecord? Best { get; private set; }

    /// <summary>Whether the validation top-1 has stayed without improvement for the given patience.</summary>
    public bool StopsEarly
    {
        get
        {
            if (patience == 0) return false;
            var (highest, since) = (double.NegativeInfinity, 0);
            foreach (var record in records)
                (highest, since) = record.ValTop1 > highest + minimumDelta ? (record.ValTop1, 0) : (highest, since + 1);
            return since >= patience;
        }
    }

    /// <summary>Adds an epoch.</summary>
    /// <returns>Whether it is the best so far.</returns>
    public bool Add(EpochRecord record)
    {
        records.Add(record);
        if (Best is { } best && (record.ValTop1, -record.ValLoss).CompareTo((best.ValTop1, -best.ValLoss)) <= 0) return false;
        Best = record;
        return true;
    }

    /// <summary>Forgets all and begins with what the network was before it learned, which the epochs have to pass; null: nothing. Early stopping does not count it.</summary>
    public void Begin(EpochRecord? before)
    {
        records.Clear();
        Best = before;
    }
}
