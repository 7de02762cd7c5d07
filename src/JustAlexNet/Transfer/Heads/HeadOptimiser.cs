using System.Numerics;

namespace JustAlexNet.Transfer;

/// <summary>One update of some values from their gradient, in float64.</summary>
internal abstract class HeadOptimiser
{
    /// <summary>Moves the parameters.</summary>
    /// <param name="parameters">The values; the same number in every step.</param>
    /// <param name="gradient">Their gradient; used up.</param>
    /// <param name="rate">The learning rate.</param>
    public abstract void Step(Span<double> parameters, Span<double> gradient, double rate);
}

/// <summary>Adam, value for value <c>torch.optim.Adam</c> (float64: to 1e-12): betas 0.9 and 0.999, epsilon 1e-8 outside the root.</summary>
/// <remarks>g += weightDecay p; m = 0.9 m + 0.1 g; v = 0.999 v + 0.001 g²; p -= rate / (1 - 0.9^t) m / (sqrt(v) / sqrt(1 - 0.999^t) + epsilon). Source: Kingma and Ba, arXiv 1412.6980, algorithm 1.</remarks>
internal sealed class Adam(int count, double weightDecay = 0) : HeadOptimiser
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private readonly double[] mean = new double[count], square = new double[count];
    private double power1 = 1, power2 = 1;

    public override void Step(Span<double> parameters, Span<double> gradient, double rate)
    {
        (power1, power2) = (power1 * Beta1, power2 * Beta2);
        var (length, root) = (rate / (1 - power1), Math.Sqrt(1 - power2));
        var i = 0;
        for (; i <= count - Vector<double>.Count; i += Vector<double>.Count)
        {
            var p = new Vector<double>(parameters[i..]);
            var g = new Vector<double>(gradient[i..]) + weightDecay * p;
            var m = Beta1 * new Vector<double>(mean, i) + (1 - Beta1) * g;
            var v = Beta2 * new Vector<double>(square, i) + (1 - Beta2) * g * g;
            m.CopyTo(mean, i);
            v.CopyTo(square, i);
            (p - length * m / (Vector.SquareRoot(v) / new Vector<double>(root) + new Vector<double>(Epsilon))).CopyTo(parameters[i..]);
        }
        for (; i < count; i++)
        {
            var g = gradient[i] + weightDecay * parameters[i];
            mean[i] = Beta1 * mean[i] + (1 - Beta1) * g;
            square[i] = Beta2 * square[i] + (1 - Beta2) * g * g;
            parameters[i] -= length * mean[i] / (Math.Sqrt(square[i]) / root + Epsilon);
        }
    }
}

/// <summary>SGD with Nesterov momentum 0.9: the update of <see cref="Training.Sgd"/>, on plain numbers.</summary>
internal sealed class Momentum(int count) : HeadOptimiser
{
    private const double Kept = 0.9;

    private readonly double[] velocity = new double[count];

    public override void Step(Span<double> parameters, Span<double> gradient, double rate)
    {
        for (var i = 0; i < count; i++)
        {
            velocity[i] = Kept * velocity[i] + gradient[i];
            parameters[i] -= rate * (gradient[i] + Kept * velocity[i]);
        }
    }
}
