using System.Globalization;
using System.Numerics;
using TorchSharp;

namespace JustAlexNet.Weights;

/// <summary>What a file of weights holds, as rows to be shown.</summary>
public sealed class WeightsSummary
{
    private const int MaxRows = 100_000;       // a hostile file can name one list in a million places
    private const int LongestList = 16;

    private readonly List<TensorRow> tensors = [];
    private readonly List<ValueRow> values = [];

    private WeightsSummary(WeightsFile file)
    {
        Walk(file.Root, "");
        foreach (var (name, text) in file.Metadata) AddValue($"__metadata__.{name}", text);
        try
        {
            State = file.FindState();
        }
        catch (WeightsException e)
        {
            NoState = e.Message;
        }
    }

    /// <summary>The rows of a file.</summary>
    public static WeightsSummary Of(WeightsFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return new(file);
    }

    /// <summary>Every tensor, under the keys that lead to it joined by dots.</summary>
    public IReadOnlyList<TensorRow> Tensors => tensors;

    /// <summary>Every other value: numbers, texts, metadata; long lists by their length.</summary>
    public IReadOnlyList<ValueRow> Values => values;

    /// <summary>Whether there are more rows than the 100,000 that are shown.</summary>
    public bool IsCut { get; private set; }

    /// <summary>The network's weights; null where there are none, or several to choose from.</summary>
    public StateDictionary? State { get; }

    /// <summary>Why there is no <see cref="State"/>.</summary>
    public string? NoState { get; }

    /// <summary>Values of <see cref="State"/> that learn: all but running means, running variances and counters of batches. 0 without one.</summary>
    public long Parameters => State?.Tensors.Where(entry => !IsStatistic(entry.Key)).Sum(entry => entry.Value.Count) ?? 0;

    private static bool IsStatistic(string name) => name.EndsWith("running_mean", StringComparison.Ordinal) || name.EndsWith("running_var", StringComparison.Ordinal) || StateNames.IsCounter(name);

    private void Walk(object? value, string place)
    {
        if (IsCut) return;
        switch (value)
        {
            case PickleDictionary { Count: > 0 } dictionary:
                foreach (var (key, inner) in dictionary) Walk(inner, place.Length == 0 ? Shown(key) : $"{place}.{Shown(key)}");
                break;
            case IReadOnlyList<object?> list when list.Any(item => item is PickleDictionary or StoredTensor or List<object?>) || (list.Count <= LongestList && list.Any(item => item is PickleTuple)):
                for (var i = 0; i < list.Count && !IsCut; i++) Walk(list[i], $"{place}[{i}]");
                break;
            case StoredTensor tensor:
                if (HasRoom()) tensors.Add(new(place, ElementType.Name(tensor.Type), tensor.Shape, tensor.Count));
                break;
            default:
                AddValue(place, Shown(value));
                break;
        }
    }

    private void AddValue(string place, string text)
    {
        if (HasRoom()) values.Add(new(place, FileFaults.Printable(text)));
    }

    private bool HasRoom()
    {
        IsCut |= tensors.Count + values.Count >= MaxRows;
        return !IsCut;
    }

    private static string Shown(object? value) => value switch
    {
        null => "None",
        string text => FileFaults.Printable(text),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        BigInteger { } large => $"an integer of {large.GetByteCount()} bytes",
        torch.ScalarType type => $"torch.{ElementType.Name(type)}",
        PickleDictionary => "an empty dictionary",
        IReadOnlyList<object?> list when list.Count > LongestList || list.Any(item => item is IReadOnlyList<object?>) => $"{PickleKind.Of(value)} of {list.Count}",
        IReadOnlyList<object?> list => $"[{string.Join(", ", list.Select(Shown))}]",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}

/// <summary>A tensor in a file.</summary>
/// <param name="Name">The keys that lead to it, joined by dots.</param>
/// <param name="Type">Its dtype as PyTorch calls it, such as <c>float32</c>.</param>
/// <param name="Shape">The size of each axis; empty for a scalar.</param>
/// <param name="Count">Number of values.</param>
public sealed record TensorRow(string Name, string Type, IReadOnlyList<long> Shape, long Count);

/// <summary>A value in a file that is no tensor.</summary>
/// <param name="Name">The keys that lead to it, joined by dots.</param>
/// <param name="Text">The value as text, at most 160 characters.</param>
public sealed record ValueRow(string Name, string Text);
