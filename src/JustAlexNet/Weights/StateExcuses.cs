using JustAlexNet.Imaging;

namespace JustAlexNet.Weights;

/// <summary>What of a network a file need not hold. Everything else must fit exactly.</summary>
public sealed record StateExcuses
{
    /// <summary>Nothing is excused: for a checkpoint of ours that a run goes on from.</summary>
    public static StateExcuses None { get; } = new();

    /// <summary>Names of the head's entries, such as <c>fc.weight</c> and <c>fc.bias</c>: they keep the network's values, whatever the file holds under them. Default: none.</summary>
    public IReadOnlyList<string> Head { get; init; } = [];

    /// <summary>Whether counters of batches (<c>num_batches_tracked</c>) may be absent, all of them together, as in files of before PyTorch 0.4.1; they become 0. Default false.</summary>
    public bool Counters { get; init; }

    internal bool IsHead(string name) => Head.Contains(name);

    /// <summary>Names of the target that the source need not have.</summary>
    internal IReadOnlySet<string> MayLack(IEnumerable<string> target, IReadOnlyDictionary<string, StoredTensor> source)
    {
        var counters = Counters && !source.Keys.Any(StateNames.IsCounter);
        return target.Where(name => IsHead(name) || (counters && StateNames.IsCounter(name))).ToHashSet();
    }

    internal IReadOnlyList<string> Used(IEnumerable<string> target, IReadOnlyDictionary<string, StoredTensor> source)
    {
        var notes = new List<string>();
        var counters = target.Count(name => !IsHead(name) && !source.ContainsKey(name));
        if (counters > 0) notes.Add($"{Counted.Of(counters, "counter")} of batches (num_batches_tracked) {(counters == 1 ? "is absent and begins" : "are absent and begin")} at 0; nothing is computed from them");
        if (Head.Count > 0) notes.Add($"the head is new: {string.Join(", ", Head)}");
        return notes;
    }
}
