using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Export;

/// <summary>Adds up how far one engine's answers are from another's.</summary>
/// <param name="expected">Gives the measure. Stays the caller's.</param>
/// <param name="actual">Is measured. Stays the caller's.</param>
/// <param name="preprocessing">Gives mean and deviation.</param>
internal sealed class ComparedEngines(Engine expected, Engine actual, Preprocessing preprocessing)
{
    private readonly Difference logits = new(), features = new();
    private int count, same;

    /// <summary>Runs pictures through both.</summary>
    /// <param name="buffer">Holds them.</param>
    /// <param name="pictures">How many.</param>
    public void Add(BatchBuffer buffer, int pictures)
    {
        using var one = expected.Run(buffer, pictures, preprocessing, features: true);
        using var other = actual.Run(buffer, pictures, preprocessing, features: true);
        logits.Add(one.Logits, other.Logits);
        features.Add(one.Features, other.Features);
        for (var i = 0; i < pictures; i++)
            if (Best(one.Logits, i) == Best(other.Logits, i)) same++;
        count += pictures;
    }

    /// <summary>What came of it.</summary>
    /// <param name="pictures">Which pictures they were.</param>
    public ExportComparison Result(string pictures) => new(pictures, count, logits.Share, features.Share, same);

    private int Best(ReadOnlySpan<float> rows, int row) => Ranking.Best(rows.Slice(row * expected.Classes, expected.Classes));

    private sealed class Difference
    {
        private double largest, difference;

        // Not a number stays one: it is within no limit.
        public double Share => difference == 0 ? 0 : difference / largest;

        public void Add(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
        {
            for (var i = 0; i < one.Length; i++) (largest, difference) = (Math.Max(largest, Math.Abs(one[i])), Math.Max(difference, Math.Abs((double)one[i] - other[i])));
        }
    }
}
