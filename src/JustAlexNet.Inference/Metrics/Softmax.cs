using System.Numerics;

namespace JustAlexNet.Inference;

/// <summary>From logits to losses and probabilities, in double precision. Order among classes is <see cref="Ranking"/>'s.</summary>
internal static class Softmax
{
    /// <summary>-ln p(label), in nats: ln(sum(exp(z))) - z[label], shifted by the largest logit so that exp cannot overflow.</summary>
    public static double Loss<T>(ReadOnlySpan<T> logits, int label) where T : struct, IFloatingPointIeee754<T>
    {
        var largest = double.CreateChecked(logits[Ranking.Best(logits)]);
        var sum = 0.0;
        foreach (var logit in logits) sum += Math.Exp(double.CreateChecked(logit) - largest);
        return Math.Log(sum) + largest - double.CreateChecked(logits[label]);
    }

    /// <summary>Writes probabilities, exp(z) / sum(exp(z)), over the logits; not finite where a logit is NaN or +infinity.</summary>
    public static void Apply(Span<double> logits)
    {
        var largest = logits[Ranking.Best<double>(logits)];
        var sum = 0.0;
        foreach (ref var logit in logits) sum += logit = Math.Exp(logit - largest);
        foreach (ref var logit in logits) logit /= sum;
    }

    /// <summary>The probabilities of float32 logits.</summary>
    public static double[] Of(ReadOnlySpan<float> logits)
    {
        var probabilities = new double[logits.Length];
        for (var k = 0; k < logits.Length; k++) probabilities[k] = logits[k];
        Apply(probabilities);
        return probabilities;
    }
}
