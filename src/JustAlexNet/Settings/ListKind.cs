using System.Collections;
using System.Runtime.CompilerServices;

namespace JustAlexNet.Settings;

/// <summary>Some values in their order; equal to another list of equal values. Immutable, thread-safe.</summary>
/// <typeparam name="T">The values' type.</typeparam>
[CollectionBuilder(typeof(ValueLists), nameof(ValueLists.Of))]
public sealed class ValueList<T> : IReadOnlyList<T>, IEquatable<ValueList<T>>
{
    private readonly T[] items;

    /// <summary>A list of these; they are copied.</summary>
    public ValueList(IEnumerable<T> items) => this.items = [.. items];

    /// <inheritdoc/>
    public int Count => items.Length;

    /// <inheritdoc/>
    public T this[int index] => items[index];

    /// <inheritdoc/>
    public bool Equals(ValueList<T>? other) => other is not null && items.SequenceEqual(other.items);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ValueList<T>);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in items) hash.Add(item);
        return hash.ToHashCode();
    }

    /// <summary>The values with commas between them.</summary>
    public override string ToString() => string.Join(',', items);

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Makes <see cref="ValueList{T}"/> of collection expressions.</summary>
public static class ValueLists
{
    /// <summary>A list of these; they are copied.</summary>
    public static ValueList<T> Of<T>(ReadOnlySpan<T> items) => new(items.ToArray());
}

/// <summary>Values with commas between them on a line, a list in files, where a text is read as a line.</summary>
internal sealed class ListKind<T>(string empty, ValueKind<T> kind) : ValueKind<ValueList<T>>
{
    internal override string Expected => $"a list with commas of {kind.Expected}, each at most once, or {empty}";
    internal override string Names(string? unit) => unit ?? "NAME,...";
    internal override string Quoted(ValueList<T> value) => $"'{Write(value)}'";
    internal override string Write(ValueList<T> value) => value.Count == 0 ? empty : string.Join(',', value.Select(kind.Write));
    internal override object ToPlain(ValueList<T> value) => value.Count == 0 ? empty : value.Select(kind.ToPlain).ToList();
    internal override bool Allows(ValueList<T> value) => value.All(kind.Allows) && value.Distinct().Count() == value.Count;
    internal override bool TryParse(string text, out ValueList<T> value) => TryAll(Parts(text), kind.TryParse, out value);

    internal override string Refusal(string text)
    {
        var wrong = Parts(text).First(part => !kind.TryParse(part, out _));
        return wrong.Length == 0 || wrong == empty ? $"is '{text}', expected {Expected}" : kind.Refusal(wrong);
    }

    internal override bool TryRead(object? plain, out ValueList<T> value)
    {
        value = [];
        return plain is string text ? TryParse(text, out value) : plain is IEnumerable list && TryAll(list.Cast<object?>(), kind.TryRead, out value);
    }

    private string[] Parts(string text) => text == empty ? [] : text.Split(',', StringSplitOptions.TrimEntries);

    internal delegate bool Reading<in TFrom>(TFrom from, out T value);

    internal static bool TryAll<TFrom>(IEnumerable<TFrom> parts, Reading<TFrom> read, out ValueList<T> value)
    {
        var items = new List<T>();
        value = [];
        foreach (var part in parts)
        {
            if (!read(part, out var item)) return false;
            items.Add(item);
        }
        value = new(items);
        return true;
    }
}
