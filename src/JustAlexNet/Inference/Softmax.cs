namespace JustAlexNet.Inference;

/// <summary>From logits to probabilities.</summary>
internal static class Softmax
{
    /// <summary>exp(z) / sum(exp(z)) in double precision; not finite where a logit is not.</summary>
    public static double[] Of(ReadOnlySpan<float> logits)
    {
        var largest = float.NegativeInfinity;
        foreach (var logit in logits) largest = float.Max(largest, logit);
        var powers = new double[logits.Length];
        for (var i = 0; i < powers.Length; i++) powers[i] = Math.Exp((double)logits[i] - largest);
        var sum = powers.Sum();
        return Array.ConvertAll(powers, power => power / sum);
    }
}
