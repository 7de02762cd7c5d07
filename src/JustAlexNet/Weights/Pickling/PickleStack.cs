using System.Runtime.InteropServices;

namespace JustAlexNet.Weights.Pickling;

/// <summary>The stack of the pickle machine, with its marks and its memo.</summary>
internal sealed class PickleStack(PickleCursor cursor)
{
    private readonly List<object?> _values = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];

    public int Count => _values.Count;

    public void Push(object? value) => _values.Add(value);

    public void Mark() => _marks.Add(_values.Count);

    public object? Top => _values.Count > Floor ? _values[^1] : throw cursor.Fault("takes a value from an empty stack");

    public object? Pop()
    {
        var value = Top;
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    public object?[] Pop(int count)
    {
        if (_values.Count - count < Floor) throw cursor.Fault("takes a value from an empty stack");
        return Cut(_values.Count - count);
    }

    public object?[] PopToMark()
    {
        if (_marks.Count == 0) throw cursor.Fault("goes back to a mark that is not there");
        var start = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        return Cut(start);
    }

    public void Put(uint place) => _memo[place] = Top;

    public void Get(uint place) => Push(_memo.TryGetValue(place, out var value) ? value : throw cursor.Fault($"asks for memo {place:N0}, which was never set"));

    private int Floor => _marks.Count == 0 ? 0 : _marks[^1];

    private object?[] Cut(int start)
    {
        var cut = CollectionsMarshal.AsSpan(_values)[start..].ToArray();
        _values.RemoveRange(start, _values.Count - start);
        return cut;
    }
}
