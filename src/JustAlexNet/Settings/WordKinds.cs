namespace JustAlexNet.Settings;

internal sealed class TextKind(string expected, string unit, Func<string, string?>? refusal = null) : ValueKind<string>
{
    internal override bool IsText => true;
    internal override string Expected => expected;
    internal override string Names(string? asked) => asked ?? unit;
    internal override string Quoted(string value) => $"'{value}'";
    internal override string Write(string value) => value;
    internal override object ToPlain(string value) => value;
    internal override bool Allows(string value) => value.Length > 0 && refusal?.Invoke(value) is null;

    internal override bool TryParse(string text, out string value)
    {
        value = text;
        return Allows(text);
    }

    internal override string Refusal(string text) => text.Length == 0 ? $"is empty, expected {Expected}" : refusal!(text)!;

    internal override bool TryRead(object? plain, out string value)
    {
        value = plain as string ?? "";
        return plain is string;
    }
}

internal sealed class ChoiceKind<T>(Func<(string Word, T Value)[]> all) : ValueKind<T>
{
    private readonly Lazy<(string Word, T Value)[]> lazy = new(all);

    internal override IReadOnlyList<string> Words => [.. Choices.Select(choice => choice.Word)];
    internal override string Expected => $"{(Choices.Length > 2 ? "one of " : "")}{string.Join(Choices.Length > 2 ? ", " : " or ", Words)}";
    internal override string Names(string? unit) => unit ?? string.Join('|', Words);
    internal override string Quoted(T value) => $"'{Write(value)}'";
    internal override string Write(T value) => WordOf(value) ?? $"{value}";
    internal override object ToPlain(T value) => Write(value);
    internal override bool Allows(T value) => WordOf(value) is not null;
    internal override bool TryRead(object? plain, out T value) => TryParse(plain as string ?? "", out value);

    internal override string Refusal(string text) => Refused(text, Words);

    public static string Refused(string text, IReadOnlyList<string> words) =>
        Spelling.Nearest(text, words) is { } near ? $"does not know '{text}': did you mean {near}?" : $"does not know '{text}', expected {string.Join(", ", words)}";

    internal override bool TryParse(string text, out T value)
    {
        var found = Array.FindIndex(Choices, choice => choice.Word == text);
        value = found >= 0 ? Choices[found].Value : default!;
        return found >= 0;
    }

    private (string Word, T Value)[] Choices => lazy.Value;

    private string? WordOf(T value)
    {
        var found = Array.FindIndex(Choices, choice => EqualityComparer<T>.Default.Equals(choice.Value, value));
        return found >= 0 ? Choices[found].Word : null;
    }
}

internal sealed class OrKind<TNull, T>(string word, ValueKind<T> kind, bool isOpen, Func<T, TNull> wrap, Func<TNull, bool> has, Func<TNull, T> get) : ValueKind<TNull>
{
    internal override IReadOnlyList<string> Words => kind.Words.Count > 0 ? [word, .. kind.Words] : [];
    internal override string Expected => kind.Words.Count > 0 ? $"one of {string.Join(", ", Words)}" : $"{word} or {kind.Expected}";
    internal override string Names(string? unit) => unit ?? (kind.Words.Count > 0 ? string.Join('|', Words) : $"{kind.Names(null)}|{word}");
    internal override string Quoted(TNull value) => has(value) ? kind.Quoted(get(value)) : word;
    internal override string Write(TNull value) => has(value) ? kind.Write(get(value)) : word;
    internal override object ToPlain(TNull value) => has(value) ? kind.ToPlain(get(value)) : word;
    internal override bool Allows(TNull value) => !has(value) || kind.Allows(get(value));
    internal override bool IsOpen(TNull value) => isOpen && !has(value);
    internal override string? Why(TNull value) => has(value) ? kind.Why(get(value)) : null;
    internal override string Refusal(string text) => kind.Words.Count > 0 ? ChoiceKind<T>.Refused(text, Words) : kind.IsText ? kind.Refusal(text) : kind.Refusal(text).Replace(", expected ", $", expected {word} or ", StringComparison.Ordinal);

    internal override bool TryParse(string text, out TNull value)
    {
        value = default!;
        if (text == word) return true;
        var fine = kind.TryParse(text, out var given);
        if (fine) value = wrap(given);
        return fine;
    }

    internal override bool TryRead(object? plain, out TNull value)
    {
        value = default!;
        if (plain is null || (plain is string text && text == word)) return true;
        var fine = kind.TryRead(plain, out var given);
        if (fine) value = wrap(given);
        return fine;
    }
}
