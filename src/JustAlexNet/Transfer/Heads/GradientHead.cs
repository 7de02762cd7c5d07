using System.Numerics;
using JustAlexNet.Data;
using JustAlexNet.Inference;

namespace JustAlexNet.Transfer;

/// <summary>A linear head that learns by gradient descent from features in memory: the usual loop over batches, without the network.</summary>
/// <remarks>
/// Starts as <c>torch.nn.Linear</c> does, uniform within 1/sqrt(D). A pass draws each picture once (uniform) or N times with replacement, every class as
/// likely as any other (weighted, as PyTorch's WeightedRandomSampler with 1/n weights); of several views one is drawn each time. The last batch may be smaller.
/// A pure function of features, options and seed; not thread-safe.
/// </remarks>
internal sealed class GradientHead
{
    private readonly FeatureTable pictures;
    private readonly HeadOptions options;
    private readonly long seed;
    private readonly HeadOptimiser optimiser;
    private readonly double[] values, gradient, row, logits;
    private readonly int classes, width;
    private readonly int[][] byClass;

    public GradientHead(FeatureTable pictures, int classes, HeadOptions options, long seed)
    {
        (this.pictures, this.classes, this.options, this.seed, width) = (pictures, classes, options, seed, pictures.Width);
        (values, gradient) = (new double[classes * (width + 1)], new double[classes * (width + 1)]);
        (row, logits) = (new double[width], new double[classes]);
        optimiser = options.Optimiser == HeadOptimiserKind.Adam ? new Adam(values.Length) : new Momentum(values.Length);
        byClass = [.. Enumerable.Range(0, pictures.Count).GroupBy(i => pictures.Labels[i]).OrderBy(group => group.Key).Select(group => group.ToArray())];
        var (random, bound) = (new SampleRandom(seed, StreamPurpose.HeadStart, 0, 0), 1 / Math.Sqrt(width));
        foreach (ref var value in values.AsSpan()) value = random.NextDouble(-bound, bound);
    }

    /// <summary>The head as it is now; a copy.</summary>
    public LinearHead Head => new(values[..(classes * width)], values[(classes * width)..]);

    /// <summary>One pass over the pictures.</summary>
    /// <param name="epoch">From 0.</param>
    /// <returns>Mean loss, top-1 and top-k of the pictures as they came, while the head was changing.</returns>
    public (double Loss, double Top1, double TopK) Epoch(int epoch)
    {
        var random = new SampleRandom(seed, StreamPurpose.HeadSampling, epoch, 0);
        var order = options.Sampler == Sampling.Uniform ? EpochOrder.Permutation(seed, epoch, pictures.Count) : Weighted(random);
        var (loss, top1, topK, k) = (0.0, 0, 0, Math.Min(5, classes));
        for (var start = 0; start < order.Length; start += options.BatchSize)
        {
            var batch = order.AsSpan(start, Math.Min(options.BatchSize, order.Length - start));
            Array.Clear(gradient);
            foreach (var picture in batch)
            {
                pictures.Read(picture, pictures.Views == 1 ? 0 : random.NextInt(pictures.Views), row);
                var label = pictures.Labels[picture];
                for (var c = 0; c < classes; c++) logits[c] = values[classes * width + c] + LinearHead.Dot(values.AsSpan(c * width, width), row);
                loss += Softmax.Loss<double>(logits, label);
                var rank = Ranking.PlaceOf<double>(logits, label);
                (top1, topK) = (top1 + (rank < 1 ? 1 : 0), topK + (rank < k ? 1 : 0));
                AddGradient(label, batch.Length);
            }
            optimiser.Step(values, gradient, options.LearningRate);
        }
        return (loss / order.Length, (double)top1 / order.Length, (double)topK / order.Length);
    }

    private void AddGradient(int label, int batch)
    {
        Softmax.Apply(logits);
        logits[label] -= 1;
        for (var c = 0; c < classes; c++)
        {
            var slope = logits[c] / batch;
            gradient[classes * width + c] += slope;
            var target = gradient.AsSpan(c * width, width);
            var i = 0;
            for (; i <= width - Vector<double>.Count; i += Vector<double>.Count) (new Vector<double>(target[i..]) + slope * new Vector<double>(row, i)).CopyTo(target[i..]);
            for (; i < width; i++) target[i] += slope * row[i];
        }
    }

    private int[] Weighted(SampleRandom random)
    {
        var order = new int[pictures.Count];
        for (var i = 0; i < order.Length; i++)
        {
            var group = byClass[random.NextInt(byClass.Length)];
            order[i] = group[random.NextInt(group.Length)];
        }
        return order;
    }
}
