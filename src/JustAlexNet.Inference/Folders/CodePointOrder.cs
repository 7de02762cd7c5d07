namespace JustAlexNet.Inference;

/// <summary>Orders strings by Unicode code point, as Python's <c>sorted</c> does; .NET's ordinal order is that of UTF-16 units.</summary>
/// <remarks>The two differ where a character beyond U+FFFF (a surrogate pair, D800-DFFF) meets one of U+E000-U+FFFF.</remarks>
internal sealed class CodePointOrder : IComparer<string>
{
    public static readonly CodePointOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null) return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        var shared = x.AsSpan().CommonPrefixLength(y);
        if (shared == x.Length || shared == y.Length) return x.Length - y.Length;
        return Rank(x[shared]) - Rank(y[shared]);
    }

    // Surrogates stand for the highest code points, so they rank above every other unit.
    private static int Rank(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
