using System.Numerics;

namespace JustAlexNet.Inference;

/// <summary>Takes a classifier's answers batch by batch and adds them up to a <see cref="ClassificationReport"/>.</summary>
/// <remarks>
/// Sums are float64 and added in the order of the rows, so that the split into batches does not change a bit of the result.
/// Memory does not grow with the pictures. Not thread-safe: give each thread its own and <see cref="Merge"/> them.
/// </remarks>
public sealed class ClassificationMeter
{
    // scikit-learn's log_loss bounds probabilities from below by the machine epsilon of float64.
    private const double SmallestProbability = 2.220446049250313e-16;
    private const double SumTolerance = 1e-2;

    private double lossSum;
    private long topKHits;

    /// <summary>A meter that has seen nothing.</summary>
    /// <param name="names">Class names in the order of the columns, at least one.</param>
    /// <exception cref="ArgumentException">No name at all.</exception>
    public ClassificationMeter(IReadOnlyList<string> names)
    {
        Confusion = new ConfusionMatrix(names);
        K = Math.Min(5, Confusion.Classes);
    }

    /// <summary>The k of top-k: min(5, classes).</summary>
    public int K { get; }

    /// <summary>Pictures seen.</summary>
    public long Count { get; private set; }

    /// <summary>The counts so far; live, not a copy.</summary>
    internal ConfusionMatrix Confusion { get; }

    /// <summary>Takes N rows of logits (any finite numbers, no softmax applied).</summary>
    /// <param name="logits">(N, K) row by row.</param>
    /// <param name="labels">(N), true classes, each 0 to K - 1.</param>
    /// <exception cref="ArgumentException">The lengths do not agree, or a label is not a class (its row is named); nothing was counted.</exception>
    /// <exception cref="NotFiniteOutputException">A logit is NaN or infinite; nothing was counted.</exception>
    public void AddLogits(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels) => Add(logits, labels, areLogits: true);

    /// <inheritdoc cref="AddLogits(ReadOnlySpan{float}, ReadOnlySpan{int})"/>
    public void AddLogits(ReadOnlySpan<double> logits, ReadOnlySpan<int> labels) => Add(logits, labels, areLogits: true);

    /// <summary>Takes N rows of probabilities. The log-loss takes the larger of p and 2.2e-16, as scikit-learn does; rows are not normalised again.</summary>
    /// <param name="probabilities">(N, K) row by row; each row at least 0 and summing to 1 within 1e-2 (room for half precision).</param>
    /// <param name="labels">(N), true classes, each 0 to K - 1.</param>
    /// <exception cref="ArgumentException">The lengths do not agree, a label is not a class, or a row is no distribution (it is named); nothing was counted.</exception>
    /// <exception cref="NotFiniteOutputException">A probability is NaN or infinite; nothing was counted.</exception>
    public void AddProbabilities(ReadOnlySpan<float> probabilities, ReadOnlySpan<int> labels) => Add(probabilities, labels, areLogits: false);

    /// <inheritdoc cref="AddProbabilities(ReadOnlySpan{float}, ReadOnlySpan{int})"/>
    public void AddProbabilities(ReadOnlySpan<double> probabilities, ReadOnlySpan<int> labels) => Add(probabilities, labels, areLogits: false);

    /// <summary>Adds what another meter has seen; the other stays as it is.</summary>
    /// <exception cref="ArgumentException">The other has other classes.</exception>
    public void Merge(ClassificationMeter other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Confusion.Merge(other.Confusion);
        lossSum += other.lossSum;
        topKHits += other.topKHits;
        Count += other.Count;
    }

    /// <summary>Adds what was summed up elsewhere.</summary>
    /// <param name="counts">(K, K) row by row: pictures by true and predicted class.</param>
    /// <param name="loss">Sum of their losses.</param>
    /// <param name="hits">How many had the right class among the first <see cref="K"/>.</param>
    internal void AddSums(ReadOnlySpan<long> counts, double loss, long hits)
    {
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] > 0) Confusion.Add(i / Confusion.Classes, i % Confusion.Classes, counts[i]);
            Count += counts[i];
        }
        lossSum += loss;
        topKHits += hits;
    }

    /// <summary>The result so far; the meter may go on afterwards, the report stays as it is.</summary>
    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public ClassificationReport Report()
    {
        if (Count == 0) throw new InvalidOperationException("A report needs at least one picture; nothing was added to the meter.");
        var copy = new ConfusionMatrix(Confusion.Names);
        copy.Merge(Confusion);
        return new ClassificationReport(copy, lossSum / Count, (double)topKHits / Count, K);
    }

    private void Add<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> labels, bool areLogits) where T : struct, IFloatingPointIeee754<T>
    {
        var classes = Confusion.Classes;
        if (values.Length != (long)labels.Length * classes)
            throw new ArgumentException($"Expected {labels.Length} rows of {classes} values, received {values.Length} values.", nameof(values));
        for (var row = 0; row < labels.Length; row++) Check(values.Slice(row * classes, classes), labels[row], row, areLogits);

        for (var row = 0; row < labels.Length; row++)
        {
            var answer = values.Slice(row * classes, classes);
            var label = labels[row];
            lossSum += areLogits ? Softmax.Loss(answer, label) : -Math.Log(Math.Max(double.CreateChecked(answer[label]), SmallestProbability));
            if (Ranking.PlaceOf(answer, label) < K) topKHits++;
            Confusion.Add(label, Ranking.Best(answer));
            Count++;
        }
    }

    private void Check<T>(ReadOnlySpan<T> answer, int label, int row, bool areLogits) where T : struct, IFloatingPointIeee754<T>
    {
        if ((uint)label >= (uint)answer.Length) throw new ArgumentException($"Label {label} in row {row} is no class: expected 0 to {answer.Length - 1}.", nameof(label));
        var sum = 0.0;
        for (var c = 0; c < answer.Length; c++)
        {
            if (!T.IsFinite(answer[c])) throw new NotFiniteOutputException(row, c, Confusion.Names[c], double.CreateChecked(answer[c]));
            sum += double.CreateChecked(answer[c]);
            if (!areLogits && T.IsNegative(answer[c]) && answer[c] != T.Zero)
                throw new ArgumentException($"Row {row} is no distribution: column {c} holds {answer[c]}, expected 0 to 1. Are these logits?", nameof(answer));
        }
        if (!areLogits && Math.Abs(sum - 1) > SumTolerance)
            throw new ArgumentException($"Row {row} is no distribution: it sums to {sum:R}, expected 1. Are these logits?", nameof(answer));
    }
}
