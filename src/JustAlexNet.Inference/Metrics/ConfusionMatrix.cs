namespace JustAlexNet.Inference;

/// <summary>How often pictures of each true class (rows) were taken for each class (columns): K x K counts.</summary>
/// <remarks>Counts are 64-bit. Not thread-safe: give each thread its own and <see cref="Merge"/> them. Two classes may share a name, as in ImageNet.</remarks>
public sealed class ConfusionMatrix
{
    /// <summary>The largest number of classes: 7.2 GB of counts.</summary>
    internal const int MaxClasses = 30_000;

    private readonly long[] counts;

    /// <summary>An empty matrix of K = <c>names.Count</c> classes.</summary>
    /// <param name="names">Class names in the order of the class indices, at least one; copied.</param>
    /// <exception cref="ArgumentException">No name at all, or more than 30,000.</exception>
    public ConfusionMatrix(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count is < 1 or > MaxClasses) throw new ArgumentException($"A confusion matrix has 1 to {MaxClasses} classes, not {names.Count}.", nameof(names));
        Names = Array.AsReadOnly(names.ToArray());
        counts = new long[(long)names.Count * names.Count];
    }

    /// <summary>Class names, in the order of the class indices.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>K, the number of classes.</summary>
    public int Classes => Names.Count;

    /// <summary>Pictures of class <paramref name="label"/> that were taken for <paramref name="predicted"/>; both 0 to K - 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is not a class.</exception>
    public long this[int label, int predicted] => counts[Position(label, predicted)];

    /// <summary>Pictures counted in all.</summary>
    public long Total => counts.Sum();

    /// <summary>Pictures on the diagonal: those whose class was recognised.</summary>
    public long Correct => Enumerable.Range(0, Classes).Sum(c => counts[Position(c, c)]);

    /// <summary>The counts of one true class by predicted class, K values; a view that later additions change.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="label"/> is not a class.</exception>
    public ReadOnlySpan<long> Row(int label) => counts.AsSpan(Position(label, 0), Classes);

    /// <summary>The counts of one predicted class by true class, K values; a copy.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="predicted"/> is not a class.</exception>
    public long[] Column(int predicted) => [.. Enumerable.Range(0, Classes).Select(label => counts[Position(label, predicted)])];

    /// <summary>Pictures of each true class (scikit-learn's support), K values.</summary>
    public long[] RowSums()
    {
        var sums = new long[Classes];
        for (var label = 0; label < Classes; label++)
            foreach (var count in Row(label)) sums[label] += count;
        return sums;
    }

    /// <summary>How often each class was the prediction, K values.</summary>
    public long[] ColumnSums()
    {
        var sums = new long[Classes];
        for (var label = 0; label < Classes; label++)
        {
            var row = Row(label);
            for (var predicted = 0; predicted < Classes; predicted++) sums[predicted] += row[predicted];
        }
        return sums;
    }

    /// <summary>Counts pictures of class <paramref name="label"/> that were taken for <paramref name="predicted"/>.</summary>
    /// <param name="label">True class, 0 to K - 1.</param>
    /// <param name="predicted">Predicted class, 0 to K - 1.</param>
    /// <param name="count">How many, 0 or more. Default 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is not a class, or the count is negative; nothing was counted.</exception>
    public void Add(int label, int predicted, long count = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var position = Position(label, predicted);
        counts[position] = checked(counts[position] + count);
    }

    /// <summary>Adds another matrix's counts to this one's; the other stays as it is.</summary>
    /// <exception cref="ArgumentException">The other has other class names, or the same in another order.</exception>
    public void Merge(ConfusionMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!Names.SequenceEqual(other.Names, StringComparer.Ordinal))
            throw new ArgumentException($"The matrices have different classes ({Classes} and {other.Classes}, or other names or another order).", nameof(other));
        for (var i = 0; i < counts.Length; i++) counts[i] = checked(counts[i] + other.counts[i]);
    }

    private int Position(int label, int predicted)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, Classes);
        ArgumentOutOfRangeException.ThrowIfNegative(predicted);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(predicted, Classes);
        return (label * Classes) + predicted;
    }
}
