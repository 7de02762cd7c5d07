using System.Globalization;

namespace JustAlexNet.Settings;

/// <summary>Some whole numbers in order, such as <c>30,60,90</c>. Equal where all numbers are. Immutable, thread-safe.</summary>
/// <param name="Values">The numbers.</param>
public sealed record WholeNumbers(IReadOnlyList<int> Values)
{
    /// <summary>Some numbers.</summary>
    public WholeNumbers(params int[] values) : this((IReadOnlyList<int>)values)
    {
    }

    /// <inheritdoc/>
    public bool Equals(WholeNumbers? other) => other is not null && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => Values.Aggregate(0, HashCode.Combine);

    /// <summary>As they are written on a line.</summary>
    public override string ToString() => string.Join(',', Values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
}

internal sealed class WholesKind(int least) : ValueKind<WholeNumbers>
{
    private readonly WholeKind kind = new(least, null, null, null);

    internal override string Expected => $"ascending whole numbers of {least} or more, such as 30,60,90";
    internal override string Names(string? unit) => unit ?? "N,N,...";
    internal override string Write(WholeNumbers value) => value.ToString();
    internal override object ToPlain(WholeNumbers value) => value.Values.Select(number => (object)number).ToList();
    internal override bool Allows(WholeNumbers value) => value.Values.Count > 0 && value.Values.All(kind.Allows) && value.Values.Zip(value.Values.Skip(1)).All(pair => pair.First < pair.Second);

    internal override bool TryParse(string text, out WholeNumbers value)
    {
        var (parts, numbers) = (text.Split(','), new List<int>());
        foreach (var part in parts)
            if (kind.TryParse(part.Trim(), out var number)) numbers.Add(number);
        value = new(numbers);
        return numbers.Count == parts.Length;
    }

    internal override bool TryRead(object? plain, out WholeNumbers value)
    {
        var numbers = new List<int>();
        value = new(numbers);
        if (plain is not IReadOnlyList<object?> list) return false;
        foreach (var item in list)
            if (kind.TryRead(item, out var number)) numbers.Add(number);
        return numbers.Count == list.Count;
    }
}
