using System.Globalization;
using JustAlexNet.Imaging;
using JustAlexNet.Runtime;

namespace JustAlexNet.Diagnosis;

/// <summary>What was asked for clearly does not fit in memory. Where the system ends a program that takes too much, no word would be possible later.</summary>
/// <param name="message">What was asked for, what it takes, what is there, what to change.</param>
public sealed class NotEnoughMemoryException(string message) : JustAlexNetException(message);

/// <summary>Compares what a use of a network takes with what is there, before it begins.</summary>
/// <param name="available">Bytes for this process, those that it has already among them; null where that is not known.</param>
public sealed class MemoryGuard(Func<long?> available)
{
    // By how much estimates may be too high.
    private const double Tolerance = 0.15;

    /// <summary>By what this system tells: memory that is free or can be freed and the limits of control groups (Linux); elsewhere nothing is known and all is let through.</summary>
    public static MemoryGuard Standard { get; } = new(() => new SystemFiles().AvailableMemory);

    /// <summary>Bytes for this process, those that it has already among them; null where that is not known.</summary>
    internal long? Available => available();

    /// <summary>Refuses what cannot fit even if the estimate is 15 % too high; a GPU's memory is not looked at.</summary>
    /// <param name="use">What is to be done.</param>
    /// <param name="device">Where.</param>
    /// <param name="offersMemoryEfficient">Whether <see cref="MemoryUse.MemoryEfficient"/> can be asked for.</param>
    /// <param name="offersBatchSize">Whether <see cref="MemoryUse.BatchSize"/> can be asked for.</param>
    /// <returns>A sentence for what may just fit or not; null where it fits, or where nothing is known.</returns>
    /// <exception cref="NotEnoughMemoryException">It cannot fit.</exception>
    public string? Require(MemoryUse use, ComputeDevice device, bool offersMemoryEfficient = false, bool offersBatchSize = true)
    {
        ArgumentNullException.ThrowIfNull(use);
        if (device != ComputeDevice.Cpu || available() is not { } there) return null;
        var need = use.Estimate();
        if (need.Total <= there) return null;
        var check = need.Check > need.OfUse ? $", and before, once a machine, the check of its arithmetic {Counted.Bytes(need.Check)}" : "";
        var facts = $"{use} takes about {Counted.Bytes(need.OfUse)}{check}, and {Counted.Bytes(there)} are there (of the machine, or within the limit of its container)";
        // The check takes the same whatever is asked for.
        var advice = need.OfUse <= there ? "" : $"pass {string.Join(", ", Advice(use, need, there, offersMemoryEfficient, offersBatchSize))}, or ";
        const string free = "make memory free";
        return need.Total * (1 - Tolerance) > there ? throw new NotEnoughMemoryException($"{facts}.\n{(advice.Length > 0 ? $"P{advice[1..]}{free}" : $"M{free[1..]}: the check is not done again")}.")
            : $"{facts}: it may not fit. If the system ends the run, {(advice.Length > 0 ? advice[..^", or ".Length] : free)}";
    }

    private static IEnumerable<string> Advice(MemoryUse use, MemoryEstimate need, long there, bool offersMemoryEfficient, bool offersBatchSize)
    {
        var largest = offersBatchSize ? need.LargestBatch(there) : 0;
        if (largest > 0) yield return string.Create(CultureInfo.InvariantCulture, $"`batch_size` {largest}{(largest > 1 ? " or less" : "")}");
        if (offersMemoryEfficient && !use.MemoryEfficient && (use with { MemoryEfficient = true }).Estimate() is var less && less.ActivationsOfOne < need.ActivationsOfOne && less.LargestBatch(there) is > 0 and var more)
            yield return $"`memory_efficient` ({(more >= use.BatchSize ? "then it fits" : $"then {more} fit{(more == 1 ? "s" : "")}")})";
        if (use.Learns || largest == 0) yield return "a smaller `image_size`";
    }
}
