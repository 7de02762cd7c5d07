using JustAlexNet.Imaging;

namespace JustAlexNet.Weights;

/// <summary>Where in a file the network's weights are.</summary>
internal sealed class StateSearch
{
    private static readonly string[] Names = ["state_dict", "model_state_dict", "model"];

    private readonly List<(string Entry, PickleDictionary State)> found = [];
    private readonly Dictionary<PickleDictionary, bool> seen = new(ReferenceEqualityComparer.Instance);     // a file may name one dictionary in a million places

    /// <summary>The one state dictionary of a value, the keys that lead to it, and why it was chosen, where there was a choice.</summary>
    /// <remarks>Of weights and their moving average (the same names) the average is taken, as timm does: it is what such a training was for.</remarks>
    public static (string Entry, PickleDictionary State, string? Note) Only(object? root, string source)
    {
        if (root is not PickleDictionary dictionary)
            throw Fault(source, $"holds {PickleKind.Of(root)}, expected a state dictionary.", "Save model.state_dict() in PyTorch, not the model or a single tensor.");
        if (IsState(dictionary)) return ("", dictionary, null);
        var found = All(dictionary);
        var named = found.Where(f => Names.Contains(f.Entry.Split('.')[^1])).DistinctBy(f => f.State, ReferenceEqualityComparer.Instance).ToList();
        var averages = found.Where(f => MovingAverage.IsOne(f.Entry, f.State)).DistinctBy(f => f.State, ReferenceEqualityComparer.Instance).ToList();
        var plain = named.Where(f => !averages.Exists(average => ReferenceEquals(average.State, f.State))).ToList();
        if (averages is [var only] && plain.Count <= 1 && (plain.Count == 0 || MovingAverage.IsOf(only.State, plain[0].State)))
            return (only.Entry, only.State, $"took the moving average of the weights, under {FileFaults.Printable(only.Entry)}{(Beside(only) is [var last, ..] ? $"; those of the last step are under {FileFaults.Printable(last.Entry)} ({TakenOut(last.Entry)})" : "")}");
        return named.Count switch
        {
            1 => (named[0].Entry, named[0].State, averages.Find(average => !ReferenceEquals(average.State, named[0].State)) is { State: not null } other
                ? $"took the weights under {FileFaults.Printable(named[0].Entry)}; left is a moving average under {FileFaults.Printable(other.Entry)} ({TakenOut(other.Entry)})" : null),
            0 when found.Count == 0 => ("", dictionary, null),     // whatever it is: its first entry that is no tensor is named
            0 => throw Fault(source, $"holds tensors under {Listed(found)}, not under state_dict, model or model_state_dict.", Choose(found[0].Entry)),
            _ => throw Fault(source, $"holds more than one state dictionary: {Listed(named)}.", Choose(named[0].Entry)),
        };

        // Of the average, whatever they are called; those under a usual name first.
        List<(string Entry, PickleDictionary State)> Beside((string Entry, PickleDictionary State) average) =>
            [.. plain.Concat(found).Where(f => !ReferenceEquals(f.State, average.State) && MovingAverage.IsOf(average.State, f.State))];
    }

    /// <summary>The state dictionary at a place that somebody named.</summary>
    public static PickleDictionary At(object? root, string entry, string source)
    {
        if (entry.Length == 0 && root is PickleDictionary whole) return whole;
        var found = root is PickleDictionary dictionary ? All(dictionary) : [];
        return found.Find(f => f.Entry == entry).State
            ?? throw Fault(source, $"holds no state dictionary under '{entry}'.", found.Count == 0 ? "It holds none at all." : $"It has: {Listed(found)}.");
    }

    private static List<(string Entry, PickleDictionary State)> All(PickleDictionary root)
    {
        var search = new StateSearch();
        search.Collect(root, "");
        return search.found;
    }

    private void Collect(PickleDictionary dictionary, string place)
    {
        foreach (var (key, value) in dictionary)
        {
            if (value is not PickleDictionary inner) continue;
            var here = place.Length == 0 ? $"{key}" : $"{place}.{key}";
            var isNew = !seen.TryGetValue(inner, out var isState);
            if (isNew) seen[inner] = isState = IsState(inner);
            if (isState) found.Add((here, inner));
            else if (isNew) Collect(inner, here);
        }
    }

    private static bool IsState(PickleDictionary dictionary) => dictionary.Count > 0 && dictionary.All(entry => entry.Key is string && entry.Value is StoredTensor);

    private static string Listed(List<(string Entry, PickleDictionary State)> found) =>
        string.Join(", ", found.Take(4).Select(f => $"{FileFaults.Printable(f.Entry)} ({Counted.Of(f.State.Count, "tensor")})")) + (found.Count > 4 ? $" and {found.Count - 4} more" : "");

    private static string TakenOut(string entry) => $"justalexnet weights convert FILE OTHER.pth `entry` {FileFaults.Printable(entry)} takes them out";

    private static string Choose(string entry) => $"Take out the one that is meant: justalexnet weights convert FILE OTHER.pth `entry` {FileFaults.Printable(entry)}.";

    private static WeightsException Fault(string source, string what, string next) => new($"{source} {what}\n  {next}") { Path = source };
}
