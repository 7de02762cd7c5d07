using JustAlexNet.Inference;
using JustAlexNet.Runtime;
using static TorchSharp.torch;

namespace JustAlexNet.Engines;

/// <summary>Adds answers up where the network computes; the host waits for the device in <see cref="Report"/> only.</summary>
/// <remarks>
/// Counts are int64 and exact. The loss of a picture is float64, the sum's order is the device's: it differs from <see cref="ClassificationMeter"/>'s in the last digits.
/// </remarks>
internal sealed class DeviceMeter : OutputMeter
{
    private readonly ClassificationMeter target;
    private readonly Tensor counts;         // int64 (K * K): labels by predictions
    private readonly Tensor sums;           // float64 (2): loss, top-k hits; exact for counts below 2^53
    private readonly Tensor fault;          // float64 (2): place of the first logit that is not finite, and its value
    private readonly int k;
    private long rows;

    public DeviceMeter(IReadOnlyList<string> classes, ComputeDevice device)
    {
        (target, k) = (new ClassificationMeter(classes), classes.Count);
        counts = zeros(k * k, dtype: ScalarType.Int64, device: device.Torch).DetachFromDisposeScope();
        sums = zeros(2, dtype: ScalarType.Float64, device: device.Torch).DetachFromDisposeScope();
        fault = full(2, double.PositiveInfinity, dtype: ScalarType.Float64, device: device.Torch).DetachFromDisposeScope();
    }

    public override void Add(EngineOutput output, ReadOnlySpan<int> labels)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var logits = ((TensorOutput)output).OnDevice;
        var truth = tensor(labels.ToArray(), dtype: ScalarType.Int64).to(logits.device);
        var wide = logits.to(ScalarType.Float64);
        NoteFault(wide);
        var rank = DeviceRanking.PlaceOf(logits, truth);
        var loss = wide.logsumexp(1).sub(wide.gather(1, truth.unsqueeze(1)).squeeze(1));
        _ = sums[0].add_(loss.sum());
        _ = sums[1].add_(rank.lt(target.K).sum());
        var cells = truth.mul(k).add(DeviceRanking.Best(logits));
        _ = counts.index_add_(0, cells, ones_like(cells), 1);
        rows += labels.Length;
    }

    public override ClassificationReport Report()
    {
        using var scope = NewDisposeScope();
        var bad = fault.cpu().data<double>().ToArray();
        if (double.IsFinite(bad[0])) throw new NotFiniteOutputException((int)((long)bad[0] / k), (int)((long)bad[0] % k), target.Confusion.Names[(int)((long)bad[0] % k)], bad[1]);
        var found = sums.cpu().data<double>().ToArray();
        target.AddSums(counts.cpu().data<long>().ToArray(), found[0], (long)found[1]);
        _ = counts.zero_();
        _ = sums.zero_();
        return target.Report();
    }

    public override void Dispose()
    {
        counts.Dispose();
        sums.Dispose();
        fault.Dispose();
    }

    private void NoteFault(Tensor logits)
    {
        var flat = logits.flatten();
        var wrong = flat.isfinite().logical_not();
        var first = wrong.to(ScalarType.Int64).argmax(0);
        var isNew = wrong.any().logical_and(fault[0].isinf());
        _ = fault[1].copy_(where(isNew, flat.index_select(0, first.reshape(1))[0], fault[1]));
        _ = fault[0].copy_(where(isNew, first.add(rows * k).to(ScalarType.Float64), fault[0]));
    }
}
