using JustAlexNet.Runtime;
using static TorchSharp.torch;

namespace JustAlexNet.Transfer;

/// <summary>
/// (sum of w_i (-ln p(y_i)) + |W|² / (2 C)) / (sum of w_i) for p = softmax(W x + b): scikit-learn's LogisticRegression objective, divided by C and the sum of the weights.
/// </summary>
/// <remarks>Variables: W (K, D) row by row, then b (K), which is not penalised. Float64 on the processor.</remarks>
internal sealed class LogisticObjective : IObjective, IDisposable
{
    private readonly Tensor rows, labels, weights, variables;
    private readonly int classes, width;
    private readonly double total;

    /// <param name="features">Float64 (N, D), on the processor; disposed with this object.</param>
    /// <param name="labels">(N), 0 to K - 1.</param>
    /// <param name="classes">K.</param>
    /// <param name="balanced">Every class weighs the same in sum: w_i = N / (K n(y_i)).</param>
    public LogisticObjective(Tensor features, int[] labels, int classes, bool balanced)
    {
        TorchRuntime.Prepare();
        (this.classes, width, rows) = (classes, (int)features.shape[1], features.DetachFromDisposeScope());
        var counts = new int[classes];
        foreach (var label in labels) counts[label]++;
        var each = labels.Select(label => balanced ? (double)labels.Length / (classes * counts[label]) : 1).ToArray();
        total = each.Sum();
        using var scope = NewDisposeScope();
        this.labels = tensor(labels.Select(label => (long)label).ToArray()).unsqueeze(1).DetachFromDisposeScope();
        // Copied: a tensor over a managed array lies where that does, and libtorch's sums depend on their numbers' alignment in the last bits.
        weights = tensor(each).unsqueeze(1).clone().DetachFromDisposeScope();
        variables = zeros(Count, dtype: ScalarType.Float64).DetachFromDisposeScope();
    }

    public int Count => classes * (width + 1);

    /// <summary>C, above 0: the smaller, the stronger the penalty. May change between minimisations.</summary>
    public double C { get; set; } = 1;

    public double Evaluate(ReadOnlySpan<double> point, Span<double> gradient)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(point).CopyTo(variables.bytes);
        var weight = variables[..(classes * width)].reshape(classes, width);
        var logs = nn.functional.log_softmax(nn.functional.linear(rows, weight, variables[(classes * width)..]), 1);
        var loss = -logs.gather(1, labels).mul_(weights).sum().item<double>();
        var slope = logs.exp_();
        _ = slope.scatter_add_(1, labels, (-ones_like(labels)).to(ScalarType.Float64)).mul_(weights);
        slope.t().matmul(rows).contiguous().data<double>().CopyTo(gradient);
        slope.sum(dim: 0).data<double>().CopyTo(gradient[(classes * width)..]);

        var square = 0.0;
        for (var i = 0; i < classes * width; i++)
        {
            square += point[i] * point[i];
            gradient[i] += point[i] / C;
        }
        for (var i = 0; i < gradient.Length; i++) gradient[i] /= total;
        return (loss + square / (2 * C)) / total;
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { rows, labels, weights, variables }) tensor.Dispose();
    }
}
