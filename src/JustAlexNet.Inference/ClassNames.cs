using System.Collections;

namespace JustAlexNet.Inference;

/// <summary>What the classes of a network are called, in the order of its logits. Immutable and thread-safe.</summary>
/// <remarks>Two classes may share a name (ImageNet has two cranes): the index tells them apart.</remarks>
public sealed class ClassNames : IReadOnlyList<string>
{
    private readonly string[] names;

    /// <summary>Names by which files and folders call the classes.</summary>
    /// <param name="names">In the order of the logits, one or more; copied.</param>
    /// <param name="meanings">What a class is called for people, by name, synonyms behind commas (<c>n01443537</c>: <c>goldfish, Carassius auratus</c>). Null or empty: nothing is known.</param>
    /// <exception cref="ArgumentException">There is no name.</exception>
    public ClassNames(IReadOnlyList<string> names, IReadOnlyDictionary<string, string>? meanings = null)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count == 0) throw new ArgumentException("There is no name, expected one or more.", nameof(names));
        this.names = [.. names];
        Meanings = meanings ?? new Dictionary<string, string>();
        Readable = Words(this.names, Meanings);
        Labels = Meanings.Count == 0 ? this.names : [.. this.names.Zip(Readable, (name, word) => word.Contains(name, StringComparison.Ordinal) ? word : $"{name} {word}")];
    }

    private ClassNames(int count) : this([.. Enumerable.Range(0, count).Select(i => $"class {i}")]) => AreKnown = false;

    /// <summary>Names for classes that nobody named: <c>class 0</c>, <c>class 1</c>...</summary>
    internal static ClassNames Numbered(int count) => new(count);

    /// <summary>The name of a class.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    public string this[int index] => names[index];

    /// <summary>K, the number of classes.</summary>
    public int Count => names.Length;

    /// <summary>What a class is called for people, by class name, as given; may be empty.</summary>
    public IReadOnlyDictionary<string, string> Meanings { get; }

    /// <summary>Short names for people: the first of the meaning's words (<c>goldfish</c>), with the name behind where two classes begin alike; the name itself where nothing is known.</summary>
    public IReadOnlyList<string> Readable { get; }

    /// <summary>Names for a terminal: the name, and behind it what it means (<c>n01443537 goldfish</c>).</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Whether somebody named them; otherwise they are called class 0, class 1...</summary>
    public bool AreKnown { get; } = true;

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)names).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string[] Words(string[] names, IReadOnlyDictionary<string, string> meanings)
    {
        if (meanings.Count == 0) return names;
        var words = names.Select(name => meanings.TryGetValue(name, out var meaning) && meaning.Split(',')[0].Trim() is { Length: > 0 } word ? word : name).ToList();
        var often = words.CountBy(word => word).ToDictionary();
        return [.. words.Select((word, i) => often[word] == 1 || word == names[i] ? word : $"{word} ({names[i]})")];
    }
}
