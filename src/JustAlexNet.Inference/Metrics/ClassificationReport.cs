using System.Globalization;

namespace JustAlexNet.Inference;

/// <summary>How good a classifier is on a set of pictures. Immutable; fractions are 0 to 1.</summary>
/// <remarks>
/// Made by <see cref="ClassificationMeter"/>, or in one go by <see cref="FromLogits(IReadOnlyList{string}, ReadOnlySpan{float}, ReadOnlySpan{int})"/>.
/// Source: scikit-learn's <c>log_loss</c>, <c>precision_recall_fscore_support</c> (zero_division=0), <c>f1_score(average="macro")</c> and
/// <c>balanced_accuracy_score</c>, matched to 1e-9 on the reference values in tests/golden/metrics.json.
/// </remarks>
public sealed class ClassificationReport
{
    internal ClassificationReport(ConfusionMatrix confusion, double loss, double topK, int k)
    {
        Confusion = confusion;
        Count = confusion.Total;
        Loss = loss;
        Top1 = (double)confusion.Correct / Count;
        TopK = topK;
        K = k;
        Classes = ClassScore.Of(confusion);
        MacroF1 = Classes.Where(c => c.Support + c.Predicted > 0).Average(c => c.F1);
        BalancedAccuracy = Classes.Where(c => c.Support > 0).Average(c => c.Recall);
        AccuracyInterval = WilsonInterval.Of(confusion.Correct, Count);
    }

    /// <summary>Pictures measured, 1 or more.</summary>
    public long Count { get; }

    /// <summary>Mean of -ln p(true class) over the pictures: the cross-entropy, in nats.</summary>
    public double Loss { get; }

    /// <summary>Share of pictures whose true class has the largest value; of equal values the lower class index wins.</summary>
    public double Top1 { get; }

    /// <summary>Share of pictures whose true class is among the <see cref="K"/> largest; of equal values the lower class index wins.</summary>
    public double TopK { get; }

    /// <summary>The k of <see cref="TopK"/>: min(5, classes).</summary>
    public int K { get; }

    /// <summary>The name of <see cref="TopK"/>: <c>top5</c>, or <c>top3</c> with three classes.</summary>
    public string TopKName => string.Create(CultureInfo.InvariantCulture, $"top{K}");

    /// <summary>Precision, recall, F1 and support, one entry a class in class order.</summary>
    public IReadOnlyList<ClassScore> Classes { get; }

    /// <summary>
    /// Unweighted mean of F1 over the classes that occur among labels or predictions. A class that occurs in neither is left out,
    /// as scikit-learn does when its <c>labels</c> are not given.
    /// </summary>
    public double MacroF1 { get; }

    /// <summary>Unweighted mean of recall over the classes that have pictures.</summary>
    public double BalancedAccuracy { get; }

    /// <summary>The 95 % interval of <see cref="Top1"/> (Wilson's score interval).</summary>
    public WilsonInterval AccuracyInterval { get; }

    /// <summary>The counts behind the scores; the report's own copy.</summary>
    public ConfusionMatrix Confusion { get; }

    /// <summary>Measures N rows of logits at once; parameters and errors as <see cref="ClassificationMeter.AddLogits(ReadOnlySpan{float}, ReadOnlySpan{int})"/>.</summary>
    /// <param name="names">Class names in the order of the columns.</param>
    /// <param name="logits">(N, K) row by row, N at least 1.</param>
    /// <param name="labels">(N), true classes.</param>
    public static ClassificationReport FromLogits(IReadOnlyList<string> names, ReadOnlySpan<float> logits, ReadOnlySpan<int> labels)
    {
        var meter = new ClassificationMeter(names);
        meter.AddLogits(logits, labels);
        return meter.Report();
    }

    /// <inheritdoc cref="FromLogits(IReadOnlyList{string}, ReadOnlySpan{float}, ReadOnlySpan{int})"/>
    public static ClassificationReport FromLogits(IReadOnlyList<string> names, ReadOnlySpan<double> logits, ReadOnlySpan<int> labels)
    {
        var meter = new ClassificationMeter(names);
        meter.AddLogits(logits, labels);
        return meter.Report();
    }
}
