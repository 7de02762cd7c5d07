using System.Text.RegularExpressions;

namespace JustAlexNet.Weights;

/// <summary>Names of foreign checkpoints become those of torchvision's networks: the one place where they appear.</summary>
internal static partial class StateNames
{
    /// <summary>What wrappers put before every name: DataParallel, torch.compile, a training framework's own module.</summary>
    private static readonly string[] Prefixes = ["module.", "_orig_mod.", "model.", "net.", "backbone.", "encoder."];

    /// <summary>A network's counters of batches, which files of before PyTorch 0.4.1 lack; nothing is computed from them.</summary>
    public static bool IsCounter(string name) => name.EndsWith(".num_batches_tracked", StringComparison.Ordinal);

    /// <summary>The same tensors under plain names, and what was changed.</summary>
    public static StateDictionary Plain(string entry, IReadOnlyDictionary<string, StoredTensor> tensors, string source, string? note = null)
    {
        var (names, values) = (tensors.Keys.ToList(), tensors.Values.ToList());
        var notes = new List<string>();
        if (note is not null) notes.Add(note);
        if (MovingAverage.IsCounted(names))
        {
            values.RemoveAt(names.IndexOf(MovingAverage.Counter));
            names.Remove(MovingAverage.Counter);
            notes.Add($"left out {MovingAverage.Counter}, the counter of an averaged model");
        }
        if (Average(names) is { } average)
        {
            var kept = names.Zip(values).Where(entry => entry.First.StartsWith(average, StringComparison.Ordinal)).ToList();
            notes.Add($"took the moving average of the weights, under '{average}'; those of the last step are under '{Prefix(names.Find(name => !name.StartsWith(average, StringComparison.Ordinal))!)}' in the same dictionary");
            (names, values) = (kept.ConvertAll(entry => entry.First[average.Length..]), kept.ConvertAll(entry => entry.Second));
        }
        while (names.Count > 0 && Prefixes.FirstOrDefault(prefix => names.TrueForAll(name => name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal))) is { } wrapper)
        {
            names = names.ConvertAll(name => name[wrapper.Length..]);
            notes.Add($"took the prefix '{wrapper}' off all {names.Count} names");
        }
        // A module that keeps the network in one field and its head in another.
        if (Array.Find(Prefixes, prefix => IsAllButTheHead(names, prefix)) is { } body)
        {
            notes.Add($"took the prefix '{body}' off {names.Count(name => name.StartsWith(body, StringComparison.Ordinal))} of {names.Count} names: the head has none");
            names = names.ConvertAll(name => name.StartsWith(body, StringComparison.Ordinal) ? name[body.Length..] : name);
        }

        var old = names.Count(name => OldDenseNet().IsMatch(name));
        if (old > 0) notes.Add($"renamed {old} entries with DenseNet's old names (norm.1 is norm1 now)");
        var plain = new OrderedDictionary<string, StoredTensor>();
        foreach (var (name, tensor) in names.Zip(values))
        {
            var today = OldDenseNet().Replace(name, "$1$2");
            if (!plain.TryAdd(today, tensor))
                throw new WeightsException($"{source} holds '{FileFaults.Printable(today)}' under its old and its new name.\n  Save one of them: the file is no state dictionary of one network.") { Path = source };
        }

        return new StateDictionary(source, entry, plain, notes);
    }

    // Flat files hold two networks under two prefixes, one of which says what it is.
    private static string? Average(List<string> names)
    {
        var groups = names.GroupBy(Prefix).ToList();
        if (groups is not [var one, var other] || one.Key.Length == 0 || other.Key.Length == 0 || MovingAverage.IsWord(one.Key[..^1]) == MovingAverage.IsWord(other.Key[..^1])) return null;
        if (!one.Select(name => name[one.Key.Length..]).ToHashSet().SetEquals(other.Select(name => name[other.Key.Length..]))) return null;
        return MovingAverage.IsWord(one.Key[..^1]) ? one.Key : other.Key;
    }

    private static string Prefix(string name) => name[..(name.IndexOf('.', StringComparison.Ordinal) + 1)];

    private static bool IsAllButTheHead(List<string> names, string prefix)
    {
        var (body, rest) = (names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..]).ToHashSet(), names.Where(name => !name.StartsWith(prefix, StringComparison.Ordinal)).ToList());
        return body.Any(name => !IsHead(name)) && rest.Count > 0 && rest.TrueForAll(name => IsHead(name) && !body.Contains(name));

        static bool IsHead(string name) => name is "fc.weight" or "fc.bias" or "classifier.weight" or "classifier.bias";
    }

    /// <summary>torchvision's own rule for its DenseNet files of 2017, and their counters where somebody saved them again since: the dot before the 1 or 2 goes.</summary>
    [GeneratedRegex(@"^(.*denselayer\d+\.(?:norm|relu|conv))\.([12]\.(?:weight|bias|running_mean|running_var|num_batches_tracked))$", RegexOptions.CultureInvariant)]
    private static partial Regex OldDenseNet();
}
