namespace JustAlexNet.Transfer;

/// <summary>L2-regularised multinomial logistic regression on standardised features, for one set of pictures and rising C: each fit starts where the last one ended.</summary>
/// <remarks>
/// Minimises sum of w_i (-ln p(y_i)) + |W|² / (2 C), the intercept free. Source: scikit-learn's LogisticRegression (lbfgs), coefficients to 1e-4.
/// A class without pictures gets the weight 0 and a bias 50 below the smallest.
/// </remarks>
internal sealed class LogisticFit : IDisposable
{
    private const double BelowAll = 50;

    private readonly Standardisation scale;
    private readonly LogisticObjective objective;
    private readonly int[] present;
    private readonly int classes, width;
    private readonly double[] point;

    public LogisticFit(FeatureTable pictures, int classes, bool balanced)
    {
        (this.classes, width) = (classes, pictures.Width);
        present = [.. pictures.Labels.Distinct().Order()];
        scale = Standardisation.Of(pictures);
        var place = present.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        var labels = pictures.Labels.SelectMany(label => Enumerable.Repeat(place[label], pictures.Views)).ToArray();
        objective = new LogisticObjective(scale.Apply(pictures), labels, present.Length, balanced);
        point = new double[objective.Count];
    }

    /// <summary>The head for features as they are: standardisation is folded in.</summary>
    /// <param name="c">C, above 0.</param>
    /// <param name="tolerance">Largest component of the gradient, of the objective divided by the sum of the weights.</param>
    /// <param name="stop">Ends between steps.</param>
    public LinearHead Solve(double c, double tolerance, CancellationToken stop = default)
    {
        objective.C = c;
        Lbfgs.Minimise(objective, point, tolerance, stop: stop);
        var (weight, bias) = (new double[classes * width], new double[classes]);
        var biases = point.AsSpan(present.Length * width);
        var lowest = double.PositiveInfinity;
        foreach (var value in biases) lowest = Math.Min(lowest, value);
        Array.Fill(bias, lowest - BelowAll);
        for (var k = 0; k < present.Length; k++)
        {
            point.AsSpan(k * width, width).CopyTo(weight.AsSpan(present[k] * width));
            bias[present[k]] = biases[k];
        }
        return scale.FoldInto(new LinearHead(weight, bias));
    }

    public void Dispose() => objective.Dispose();
}
