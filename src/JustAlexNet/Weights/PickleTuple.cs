using System.Collections;

namespace JustAlexNet.Weights;

/// <summary>Python's tuple (or <c>torch.Size</c>): a fixed list of values. A list that may grow is a <c>List&lt;object?&gt;</c>.</summary>
/// <param name="items">The values in order; kept, not copied. Each is one of the kinds that <see cref="TorchFile"/> names.</param>
public sealed class PickleTuple(params object?[] items) : IReadOnlyList<object?>
{
    private readonly object?[] values = items ?? [null];    // C# takes new PickleTuple(null) for no array; Python's (None,) is meant

    /// <summary>How many values it holds.</summary>
    public int Count => values.Length;

    /// <summary>The value at a position counted from 0.</summary>
    /// <exception cref="IndexOutOfRangeException">The position is not within the tuple.</exception>
    public object? this[int index] => values[index];

    /// <summary>The values in order.</summary>
    public IEnumerator<object?> GetEnumerator() => ((IEnumerable<object?>)values).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => values.GetEnumerator();
}
