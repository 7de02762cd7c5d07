namespace JustAlexNet.Bench.Load;

/// <summary>Waiting times by rank.</summary>
internal static class Latencies
{
    /// <summary>The smallest time that a share of all do not exceed (nearest rank), in milliseconds; NaN of none.</summary>
    /// <param name="seconds">Times.</param>
    /// <param name="share">0 to 1: 0.99 is the 99th percentile.</param>
    public static double Milliseconds(IEnumerable<double> seconds, double share)
    {
        var sorted = seconds.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : 1000 * sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
