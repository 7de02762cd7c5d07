namespace JustAlexNet.Inference;

/// <summary>How well one class is recognised, with TP right answers, FP false alarms and FN misses.</summary>
/// <param name="Name">The class.</param>
/// <param name="Precision">TP / (TP + FP): how often the answer is right when it is this class; 0 when never predicted.</param>
/// <param name="Recall">TP / (TP + FN): how many of its pictures are recognised; 0 when it has none.</param>
/// <param name="F1">2 TP / (2 TP + FP + FN), the harmonic mean of the two; 0 when undefined.</param>
/// <param name="Support">TP + FN: its pictures.</param>
/// <param name="Predicted">TP + FP: how often it was the answer.</param>
public sealed record ClassScore(string Name, double Precision, double Recall, double F1, long Support, long Predicted)
{
    internal static IReadOnlyList<ClassScore> Of(ConfusionMatrix confusion)
    {
        var (support, predicted) = (confusion.RowSums(), confusion.ColumnSums());
        return [.. Enumerable.Range(0, confusion.Classes).Select(c =>
        {
            var hits = confusion[c, c];
            return new ClassScore(confusion.Names[c], Share(hits, predicted[c]), Share(hits, support[c]), Share(2 * hits, predicted[c] + support[c]), support[c], predicted[c]);
        })];
    }

    private static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
