using System.Globalization;
using TorchSharp;

namespace JustAlexNet.Campaigns.Memory;

/// <summary>Live native tensors and resident memory of this process, measured now and again.</summary>
internal sealed class MemorySeries
{
    /// <summary>How much the least of the later measurements may be above the least of the earlier ones: pages that the collector and the allocator keep. Single ones may be higher: a checkpoint is being written.</summary>
    public const int MoreTensors = 16, MoreMegabytes = 64;

    private readonly long before = torch.Tensor.TotalCount;
    private readonly List<(long Tensors, double Megabytes)> measured = [];
    private long left;

    /// <summary>What grew; null: nothing beyond what is allowed.</summary>
    public string? Fault
    {
        get
        {
            var (earlier, later) = (measured[1..(measured.Count / 2)], measured[(measured.Count / 2)..]);       // the first is warming up
            var ((tensors, megabytes), last) = (Least(earlier), Least(later));
            if (left > 0) return string.Create(CultureInfo.InvariantCulture, $"{left} native tensors are left");
            if (last.Tensors - tensors > MoreTensors) return string.Create(CultureInfo.InvariantCulture, $"live tensors grew from {tensors} to {last.Tensors}");
            return last.Megabytes - megabytes > MoreMegabytes ? string.Create(CultureInfo.InvariantCulture, $"resident memory grew from {megabytes:0} to {last.Megabytes:0} MB") : null;
        }
    }

    private static (long Tensors, double Megabytes) Least(List<(long Tensors, double Megabytes)> some) => (some.Min(one => one.Tensors), some.Min(one => one.Megabytes));

    /// <summary>Adds what there is now.</summary>
    public void Measure() => measured.Add((torch.Tensor.TotalCount, Environment.WorkingSet / 1e6));

    /// <summary>Notes what is left when all is disposed.</summary>
    public void End() => left = torch.Tensor.TotalCount - before;

    /// <summary>All numbers.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"live tensors {string.Join(" ", measured.Select(one => one.Tensors))}, {left} left; resident {string.Join(" ", measured.Select(one => one.Megabytes.ToString("0", CultureInfo.InvariantCulture)))} MB");
}
