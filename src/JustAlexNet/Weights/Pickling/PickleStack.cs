using System.Runtime.InteropServices;

namespace JustAlexNet.Weights.Pickling;

/// <summary>The stack of the pickle machine, with its marks and its memo.</summary>
internal sealed class PickleStack(PickleCursor cursor)
{
    private readonly List<object?> values = [];
    private readonly List<int> marks = [];
    private readonly Dictionary<uint, object?> memo = [];

    public int Count => values.Count;

    public void Push(object? value) => values.Add(value);

    public void Mark() => marks.Add(values.Count);

    public object? Top => values.Count > Floor ? values[^1] : throw cursor.Fault("takes a value from an empty stack");

    public object? Pop()
    {
        var value = Top;
        values.RemoveAt(values.Count - 1);
        return value;
    }

    public object?[] Pop(int count)
    {
        if (values.Count - count < Floor) throw cursor.Fault("takes a value from an empty stack");
        return Cut(values.Count - count);
    }

    public object?[] PopToMark()
    {
        if (marks.Count == 0) throw cursor.Fault("goes back to a mark that is not there");
        var start = marks[^1];
        marks.RemoveAt(marks.Count - 1);
        return Cut(start);
    }

    public void Put(uint place) => memo[place] = Top;

    public void Get(uint place) => Push(memo.TryGetValue(place, out var value) ? value : throw cursor.Fault($"asks for memo {place:N0}, which was never set"));

    private int Floor => marks.Count == 0 ? 0 : marks[^1];

    private object?[] Cut(int start)
    {
        var cut = CollectionsMarshal.AsSpan(values)[start..].ToArray();
        values.RemoveRange(start, values.Count - start);
        return cut;
    }
}
