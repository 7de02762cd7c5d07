using JustAlexNet.Imaging;

namespace JustAlexNet.Inference;

/// <summary>Reports every fault of an options record together.</summary>
internal static class OptionFaults
{
    /// <exception cref="ArgumentException">There is a fault.</exception>
    public static void Throw(string options, List<string> faults)
    {
        if (faults.Count == 0) return;
        throw new ArgumentException($"{options}: {Counted.Of(faults.Count, "fault")}.  {string.Join("  ", faults)}");
    }
}
