namespace JustAlexNet.Weights.Pickling;

/// <summary>Whoever walks through a value must come to an end: no value contains itself, goes too deep, or unfolds from few bytes into millions.</summary>
internal sealed class PickleTree
{
    /// <summary>How deep dictionaries, lists and tuples may be nested; a training checkpoint needs about six.</summary>
    public const int MaxLevels = 100;

    private const long MaxValues = 10_000_000;

    private readonly FileFaults faults;
    private readonly Dictionary<object, (int Height, long Values)> done = new(ReferenceEqualityComparer.Instance);

    private PickleTree(FileFaults faults) => this.faults = faults;

    /// <summary>Throws where a walk would not end well, or where something that is no value is left.</summary>
    public static void Check(object? value, FileFaults faults)
    {
        if (new PickleTree(faults).Measure(value, 0).Values > MaxValues)
            throw faults.Damaged($"its pickle unfolds into more than {MaxValues:N0} values by naming the same ones again and again.");
    }

    private (int Height, long Values) Measure(object? value, int level)
    {
        switch (value)
        {
            case PickleDictionary dictionary: return Measure(dictionary, dictionary.Select(entry => entry.Value), level);
            case PickleTuple or List<object?>: return Measure(value, (IReadOnlyList<object?>)value, level);
            case PickleGlobal global: throw faults.Refused($"{global.Name} as a value");
            case StorageReference: throw faults.Refused("a storage without a tensor");
            default: return (0, 1);
        }
    }

    private (int Height, long Values) Measure(object container, IEnumerable<object?> values, int level)
    {
        if (!done.TryGetValue(container, out var measure))
        {
            CheckLevel(level);
            measure = (1, 1);
            foreach (var value in values)
            {
                var (height, count) = Measure(value, level + 1);
                measure = (Math.Max(measure.Height, height + 1), Math.Min(measure.Values + count, MaxValues + 1));
            }

            done[container] = measure;
        }

        CheckLevel(level + measure.Height - 1);
        return measure;
    }

    private void CheckLevel(int level)
    {
        if (level >= MaxLevels) throw faults.Damaged($"its pickle nests more than {MaxLevels} levels deep, or contains itself.");
    }
}
