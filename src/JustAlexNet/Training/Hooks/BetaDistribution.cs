using JustAlexNet.Inference;

namespace JustAlexNet.Training;

/// <summary>Numbers from 0 to 1 with the density of Beta(alpha, alpha).</summary>
internal static class BetaDistribution
{
    /// <summary>X / (X + Y) of two Gamma(alpha) numbers.</summary>
    /// <param name="random">The stream.</param>
    /// <param name="alpha">Above 0; below 1 the ends are likelier than the middle.</param>
    public static double Draw(SampleRandom random, double alpha)
    {
        var (x, y) = (LogGamma(random, alpha), LogGamma(random, alpha));
        return 1 / (1 + Math.Exp(y - x));       // by logarithms: for a small alpha both numbers may be too small for a double
    }

    // The logarithm of a Gamma(alpha) number. Marsaglia and Tsang, ACM TOMS 26 (2000) 363: squeeze left out; below 1 by U^(1 / alpha) Gamma(alpha + 1).
    private static double LogGamma(SampleRandom random, double alpha)
    {
        if (alpha < 1) return LogGamma(random, alpha + 1) + Math.Log(1 - random.NextDouble()) / alpha;
        var d = alpha - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = Normal(random);
            var root = 1 + c * x;
            if (root <= 0) continue;
            var v = root * root * root;
            if (Math.Log(1 - random.NextDouble()) < x * x / 2 + d - d * v + d * Math.Log(v)) return Math.Log(d * v);
        }
    }

    // Box and Muller.
    private static double Normal(SampleRandom random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
