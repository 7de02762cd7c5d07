using JustAlexNet.Imaging;

namespace JustAlexNet.Weights;

/// <summary>What of a network a file need not hold. Everything else must fit exactly.</summary>
public sealed record AllowedMismatches
{
    /// <summary>Nothing is allowed: for a checkpoint of ours that a run goes on from.</summary>
    public static AllowedMismatches None { get; } = new();

    /// <summary>Names of the head's entries, such as <c>fc.weight</c> and <c>fc.bias</c>: they keep the network's values, whatever the file holds under them. Default: none.</summary>
    public IReadOnlyList<string> Head { get; init; } = [];

    /// <summary>Whether counters of batches (<c>num_batches_tracked</c>) may be absent, all of them together, as in files of before PyTorch 0.4.1; they become 0. Default false.</summary>
    public bool Counters { get; init; }

    internal bool IsHead(string name) => Head.Contains(name);

    /// <summary>Names of the target that the source need not have.</summary>
    internal IReadOnlySet<string> MayBeMissing(IEnumerable<string> target, IReadOnlyDictionary<string, StoredTensor> source)
    {
        var counters = Counters && !source.Keys.Any(StateNames.IsCounter);
        return target.Where(name => IsHead(name) || (counters && StateNames.IsCounter(name))).ToHashSet();
    }

    internal SkippedState Used(IEnumerable<string> target, IReadOnlyDictionary<string, StoredTensor> source) =>
        new(Head, target.Count(name => !IsHead(name) && !source.ContainsKey(name)));
}

/// <summary>What of a network was not taken from a file, as was allowed.</summary>
/// <param name="Head">Names of the head's entries, which keep the network's values; empty where the head was loaded.</param>
/// <param name="Counters">How many counters of batches the file lacks; they begin at 0, and nothing is computed from them.</param>
public sealed record SkippedState(IReadOnlyList<string> Head, int Counters)
{
    /// <summary>The same for people, a sentence each; empty where every entry was copied.</summary>
    public IEnumerable<string> Notes
    {
        get
        {
            if (Counters > 0) yield return $"{Counted.Of(Counters, "counter")} of batches (num_batches_tracked) {(Counters == 1 ? "is absent and begins" : "are absent and begin")} at 0; nothing is computed from them";
            if (Head.Count > 0) yield return $"the head is new: {string.Join(", ", Head)}";
        }
    }
}
