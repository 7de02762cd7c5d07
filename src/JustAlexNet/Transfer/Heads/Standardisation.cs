using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace JustAlexNet.Transfer;

/// <summary>(x - mean) / deviation by feature, learned from pictures; the deviation divides by N, and a feature that never changes keeps its scale. As scikit-learn's StandardScaler.</summary>
internal sealed class Standardisation
{
    private readonly double[] mean, deviation;

    private Standardisation(double[] mean, double[] deviation) => (this.mean, this.deviation) = (mean, deviation);

    /// <summary>Learns from all views of all pictures.</summary>
    public static Standardisation Of(FeatureTable pictures)
    {
        var (mean, square) = (new double[pictures.Width], new double[pictures.Width]);
        var count = (double)pictures.Count * pictures.Views;
        ForEachRow(pictures, row =>
        {
            for (var i = 0; i < row.Length; i++) mean[i] += row[i] / count;
        });
        ForEachRow(pictures, row =>
        {
            for (var i = 0; i < row.Length; i++) square[i] += (row[i] - mean[i]) * (row[i] - mean[i]) / count;
        });
        return new Standardisation(mean, [.. square.Select((value, i) => Math.Sqrt(value) is var root && root > 1e-12 * Math.Max(1, Math.Abs(mean[i])) ? root : 1)]);
    }

    /// <summary>All views of all pictures, standardised: float64 (N x views, D). The caller disposes it.</summary>
    public Tensor Apply(FeatureTable pictures)
    {
        var all = empty((long)pictures.Count * pictures.Views, pictures.Width, dtype: ScalarType.Float64);
        var begun = 0L;
        foreach (var block in pictures.Blocks())
        {
            var length = (long)block.Count * block.Views;
            using var rows = all.narrow(0, begun, length);
            var next = 0L;
            ForEachRow(block, row =>
            {
                using var view = rows[next++];
                var target = MemoryMarshal.Cast<byte, double>(view.bytes);
                for (var i = 0; i < row.Length; i++) target[i] = (row[i] - mean[i]) / deviation[i];
            });
            begun += length;
        }
        return all;
    }

    /// <summary>A head for standardised features as one for the features themselves: W / deviation, b - W (mean / deviation).</summary>
    public LinearHead FoldInto(LinearHead head)
    {
        var (weight, bias) = (new double[head.Weight.Length], head.Bias.ToArray());
        for (var k = 0; k < bias.Length; k++)
            for (var i = 0; i < mean.Length; i++)
            {
                var w = weight[k * mean.Length + i] = head.Weight[k * mean.Length + i] / deviation[i];
                bias[k] -= w * mean[i];
            }
        return new LinearHead(weight, bias);
    }

    private delegate void Use(ReadOnlySpan<float> row);

    private static void ForEachRow(FeatureTable pictures, Use use)
    {
        for (var picture = 0; picture < pictures.Count; picture++)
            for (var view = 0; view < pictures.Views; view++) use(pictures.Row(picture, view));
    }
}
