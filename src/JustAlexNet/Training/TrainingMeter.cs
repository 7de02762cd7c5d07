using JustAlexNet.Engines;
using JustAlexNet.Runtime;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>Sums of an epoch: what the averages over its pictures are made of. They go into a checkpoint that is saved inside an epoch.</summary>
/// <param name="Images">Pictures so far.</param>
/// <param name="Loss">Sum of their losses.</param>
/// <param name="Top1">How many had the right class first.</param>
/// <param name="TopK">How many had it among the first min(5, K).</param>
public sealed record EpochSums(long Images, double Loss, long Top1, long TopK)
{
    /// <summary>No pictures yet.</summary>
    public static EpochSums None { get; } = new(0, 0, 0, 0);

    internal double MeanLoss => Loss / Images;
    internal double MeanTop1 => (double)Top1 / Images;
    internal double MeanTopK => (double)TopK / Images;
}

/// <summary>Adds up loss and hits where the network computes; the host reads the sums when it wants to, not at every step.</summary>
/// <remarks>
/// The rank of the right class is the number of classes with a larger logit, and of classes before it with an equal one: the lower index wins a tie,
/// as in <see cref="Inference.ClassificationMeter"/>. Sums in float64 and int64.
/// </remarks>
internal sealed class TrainingMeter : IDisposable
{
    private readonly Tensor sums;       // float64: loss, top-1 hits, top-k hits; exact for counts below 2^53
    private readonly Tensor finite;     // bool: no loss so far was infinite or not a number
    private readonly int k;
    private long images;

    public TrainingMeter(int k, ComputeDevice device, EpochSums start)
    {
        this.k = k;
        images = start.Images;
        using var first = tensor(new[] { start.Loss, start.Top1, start.TopK });
        sums = first.to(device.Torch).DetachFromDisposeScope();
        using var fine = ones(1, dtype: ScalarType.Bool);       // not tensor(true), which leaves a tensor behind in TorchSharp 0.107
        finite = fine.to(device.Torch).DetachFromDisposeScope();
    }

    /// <summary>Adds a batch. Nothing is read from the device.</summary>
    /// <param name="logits">(N, K).</param>
    /// <param name="labels">(N), int64.</param>
    /// <param name="loss">The batch's mean loss, a scalar.</param>
    public void Add(Tensor logits, Tensor labels, Tensor loss)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var count = labels.shape[0];
        var rank = DeviceRanking.PlaceOf(logits, labels);
        _ = sums[0].add_(loss.detach().to(ScalarType.Float64).mul(count));
        _ = sums[1].add_(rank.lt(1).sum());
        _ = sums[2].add_(rank.lt(k).sum());
        _ = finite.logical_and_(loss.detach().isfinite());
        images += count;
    }

    /// <summary>Pictures so far.</summary>
    public long Images => images;

    /// <summary>Reads the sums; the host waits for the device here.</summary>
    public EpochSums Read()
    {
        using var home = sums.cpu();
        var values = home.data<double>().ToArray();
        return new EpochSums(images, values[0], (long)values[1], (long)values[2]);
    }

    /// <summary>Whether every loss so far was finite; the host waits for the device here.</summary>
    public bool IsFinite()
    {
        using var home = finite.cpu();
        return home.item<bool>();
    }

    public void Dispose()
    {
        sums.Dispose();
        finite.Dispose();
    }
}
