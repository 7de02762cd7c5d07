using System.Numerics;

namespace JustAlexNet.Transfer;

/// <summary>The last layer of a network, W x + b, on features of a frozen backbone.</summary>
/// <remarks>Immutable and thread-safe as long as nobody writes into its arrays, which are its own. Sums in float64.</remarks>
public sealed class LinearHead
{
    /// <param name="weight">(K, D) row by row; kept, not copied.</param>
    /// <param name="bias">(K); kept, not copied.</param>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public LinearHead(double[] weight, double[] bias)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        if (bias.Length == 0 || weight.Length % bias.Length != 0) throw new ArgumentException($"{weight.Length} weights do not divide among {bias.Length} classes", nameof(weight));
        (Weight, Bias) = (weight, bias);
    }

    /// <summary>(K, D) row by row.</summary>
    public double[] Weight { get; }

    /// <summary>(K).</summary>
    public double[] Bias { get; }

    /// <summary>Number of classes K.</summary>
    public int Classes => Bias.Length;

    /// <summary>Number of features D.</summary>
    public int Features => Weight.Length / Bias.Length;

    /// <summary>The logits of one picture.</summary>
    /// <param name="features">(D).</param>
    /// <param name="logits">Receives (K).</param>
    public void Apply(ReadOnlySpan<double> features, Span<double> logits)
    {
        for (var k = 0; k < Bias.Length; k++) logits[k] = Bias[k] + Dot(Weight.AsSpan(k * features.Length, features.Length), features);
    }

    /// <summary>The logits of the first view of some pictures, (N, K) row by row.</summary>
    internal double[] Logits(FeatureTable pictures)
    {
        var logits = new double[pictures.Count * Classes];
        var row = new double[Features];
        for (var i = 0; i < pictures.Count; i++)
        {
            pictures.Read(i, view: 0, row);
            Apply(row, logits.AsSpan(i * Classes, Classes));
        }
        return logits;
    }

    /// <summary>The scalar product of two rows of equal length.</summary>
    internal static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = Vector<double>.Zero;
        var i = 0;
        for (; i <= a.Length - Vector<double>.Count; i += Vector<double>.Count) sum += new Vector<double>(a[i..]) * new Vector<double>(b[i..]);
        var total = Vector.Sum(sum);
        for (; i < a.Length; i++) total += a[i] * b[i];
        return total;
    }
}
