namespace JustAlexNet.Inference;

/// <summary>From logits to classes, losses and probabilities, in double precision.</summary>
internal static class Softmax
{
    /// <summary>The class with the largest logit; of equal ones the first.</summary>
    public static int Best(ReadOnlySpan<double> logits)
    {
        var best = 0;
        for (var k = 1; k < logits.Length; k++)
            if (logits[k] > logits[best]) best = k;
        return best;
    }

    /// <summary>How many classes stand before this one: larger logits, and equal ones of lower index.</summary>
    public static int Rank(ReadOnlySpan<double> logits, int label)
    {
        var rank = 0;
        for (var k = 0; k < logits.Length; k++)
            if (logits[k] > logits[label] || (logits[k] == logits[label] && k < label)) rank++;
        return rank;
    }

    /// <summary>-ln p(label).</summary>
    public static double Loss(ReadOnlySpan<double> logits, int label)
    {
        var largest = logits[Best(logits)];
        var sum = 0.0;
        foreach (var logit in logits) sum += Math.Exp(logit - largest);
        return Math.Log(sum) + largest - logits[label];
    }

    /// <summary>Writes probabilities, exp(z) / sum(exp(z)), over the logits; not finite where a logit is NaN or +infinity.</summary>
    public static void Apply(Span<double> logits)
    {
        var largest = logits[Best(logits)];
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
