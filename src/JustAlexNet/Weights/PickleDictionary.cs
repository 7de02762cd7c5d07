using System.Collections;

namespace JustAlexNet.Weights;

/// <summary>
/// Python's dictionary: keys in the order of their first setting, a key set again keeps its place. Not thread-safe while it is filled.
/// </summary>
/// <remarks>
/// Keys are <see cref="string"/>, <see cref="long"/>, <see cref="double"/> or <see cref="bool"/>; an <see cref="int"/> becomes a
/// <see cref="long"/>. Unlike Python, 1, 1.0 and True are three keys. Values are of the kinds that <see cref="TorchFile"/> names.
/// </remarks>
/// <param name="isOrderedDict">Whether Python sees a <c>collections.OrderedDict</c>, as state dictionaries are, instead of a plain dictionary (default).</param>
public sealed class PickleDictionary(bool isOrderedDict = false) : IEnumerable<KeyValuePair<object, object?>>
{
    private OrderedDictionary<object, object?>? entries;   // made with the first entry: a hostile file may ask for millions of empty ones

    /// <summary>Whether Python sees a <c>collections.OrderedDict</c>, as state dictionaries are.</summary>
    public bool IsOrderedDict => isOrderedDict;

    /// <summary>How many entries it holds.</summary>
    public int Count => entries?.Count ?? 0;

    /// <summary>The value of a key; setting adds the entry at the end or replaces the value in place.</summary>
    /// <exception cref="KeyNotFoundException">Reading a key that is not there.</exception>
    /// <exception cref="ArgumentException">The key is of none of the four kinds.</exception>
    public object? this[object key]
    {
        get => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no entry '{key}'.");
        set => (entries ??= [])[Normal(key)] = value;
    }

    /// <summary>Adds an entry at the end.</summary>
    /// <exception cref="ArgumentException">The key is there already, or of none of the four kinds.</exception>
    public void Add(object key, object? value) => (entries ??= []).Add(Normal(key), value);

    /// <summary>The value of a key, if it is there.</summary>
    /// <exception cref="ArgumentException">The key is of none of the four kinds.</exception>
    public bool TryGetValue(object key, out object? value)
    {
        value = null;
        return entries is not null && entries.TryGetValue(Normal(key), out value);
    }

    /// <summary>The value of a key that must be there and of a certain kind: how a checkpoint's parts are taken out.</summary>
    /// <typeparam name="T">The kind expected, one of those that <see cref="TorchFile"/> names.</typeparam>
    /// <param name="key">The entry.</param>
    /// <param name="source">The file, named in the error.</param>
    /// <exception cref="WeightsException">There is no such entry, or its value is of another kind.</exception>
    public T Require<T>(object key, string source) => TryGetValue(key, out var value) switch
    {
        false => throw new WeightsException($"{source} holds no '{key}'. It has: {Names()}.") { Path = source },
        true when value is T expected => expected,
        _ => throw new WeightsException($"'{key}' of {source} is {PickleKind.Of(value)}, expected {PickleKind.Of(typeof(T))}.") { Path = source },
    };

    /// <summary>The entries in order.</summary>
    public IEnumerator<KeyValuePair<object, object?>> GetEnumerator() =>
        (entries ?? Enumerable.Empty<KeyValuePair<object, object?>>()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static bool IsKey(object? key) => key is string or long or double or bool or int;

    private static object Normal(object key) => key switch
    {
        int small => (long)small,
        _ when IsKey(key) => key,
        _ => throw new ArgumentException($"A key is a string, an integer, a number or a boolean, not a {key?.GetType().Name ?? "null"}.", nameof(key)),
    };

    private string Names()
    {
        var shown = this.Take(8).Select(entry => $"{entry.Key}");
        return Count == 0 ? "no entries" : string.Join(", ", shown) + (Count > 8 ? $" and {Count - 8} more" : "");
    }
}
