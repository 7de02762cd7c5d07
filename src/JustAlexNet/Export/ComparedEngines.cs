using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Export;

/// <summary>Adds up how far one engine's answers are from those expected.</summary>
/// <param name="engine">Is measured. Stays the caller's.</param>
/// <param name="preprocessing">Gives mean and deviation.</param>
internal sealed class ComparedEngines(Engine engine, Preprocessing preprocessing)
{
    private readonly Difference logits = new(), features = new();
    private int same, right, expectedRight;

    /// <summary>Pictures so far.</summary>
    public int Count { get; private set; }

    /// <summary>Share of pictures whose most probable class is that expected.</summary>
    public double Agreement => (double)same / Count;

    /// <summary>Share of pictures whose most probable class is their label.</summary>
    public double Top1 => (double)right / Count;

    /// <summary>The same of the expected answers.</summary>
    public double ExpectedTop1 => (double)expectedRight / Count;

    /// <summary>Mean difference of logits, as a share of the largest.</summary>
    public double MeanDifference => logits.Mean;

    /// <summary>Runs pictures.</summary>
    /// <param name="expected">Their answers. Stays the caller's.</param>
    /// <param name="buffer">Holds them.</param>
    /// <param name="pictures">How many.</param>
    /// <param name="labels">Their true classes; empty where nobody knows.</param>
    public void Add(EngineOutput expected, BatchBuffer buffer, int pictures, ReadOnlySpan<int> labels = default)
    {
        using var actual = engine.Run(buffer, pictures, preprocessing, features: true);
        logits.Add(expected.Logits, actual.Logits);
        features.Add(expected.Features, actual.Features);
        for (var i = 0; i < pictures; i++)
        {
            var (wanted, given) = (Best(expected.Logits, i), Best(actual.Logits, i));
            if (wanted == given) same++;
            if (labels.Length > 0 && wanted == labels[i]) expectedRight++;
            if (labels.Length > 0 && given == labels[i]) right++;
        }
        Count += pictures;
    }

    /// <summary>What came of it.</summary>
    /// <param name="pictures">Which pictures they were.</param>
    public ExportComparison Result(string pictures) => new(pictures, Count, logits.Share, features.Share, same);

    private int Best(ReadOnlySpan<float> rows, int row) => Ranking.Best(rows.Slice(row * engine.Classes, engine.Classes));

    private sealed class Difference
    {
        private double largest, difference, sum;
        private long count;

        // Not a number stays one: it is within no limit.
        public double Share => difference == 0 ? 0 : difference / largest;

        public double Mean => sum == 0 ? 0 : sum / count / largest;

        public void Add(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
        {
            for (var i = 0; i < one.Length; i++)
            {
                var here = Math.Abs((double)one[i] - other[i]);
                (largest, difference, sum) = (Math.Max(largest, Math.Abs(one[i])), Math.Max(difference, here), sum + here);
            }
            count += one.Length;
        }
    }
}
