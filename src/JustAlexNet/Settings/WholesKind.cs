namespace JustAlexNet.Settings;

/// <summary>Ascending numbers with commas between them on a line, a list in files.</summary>
internal sealed class WholesKind(int min) : ValueKind<ValueList<int>>
{
    private readonly WholeKind kind = new(min, null, null, null);

    internal override string Expected => $"ascending whole numbers of {min} or more, such as 30,60,90";
    internal override string Names(string? unit) => unit ?? "N,N,...";
    internal override string Write(ValueList<int> value) => string.Join(',', value.Select(kind.Write));
    internal override object ToPlain(ValueList<int> value) => value.Select(number => (object)number).ToList();
    internal override bool Allows(ValueList<int> value) => value.Count > 0 && value.All(kind.Allows) && value.Zip(value.Skip(1)).All(pair => pair.First < pair.Second);
    internal override bool TryParse(string text, out ValueList<int> value) => ListKind<int>.TryAll(text.Split(',', StringSplitOptions.TrimEntries), kind.TryParse, out value);

    internal override bool TryRead(object? plain, out ValueList<int> value)
    {
        value = [];
        return plain is IReadOnlyList<object?> list && ListKind<int>.TryAll(list, kind.TryRead, out value);
    }
}
