using System.Text;

namespace JustAlexNet.Inference;

/// <summary>Comma-separated values as in RFC 4180.</summary>
internal static class Csv
{
    /// <summary>Begins a file where asked for: Excel reads UTF-8 as such only behind it.</summary>
    public const string ByteOrderMark = "\uFEFF";

    private static readonly System.Buffers.SearchValues<char> NeedQuotes = System.Buffers.SearchValues.Create(",\"\r\n");

    private static readonly System.Buffers.SearchValues<char> Formula = System.Buffers.SearchValues.Create("=+-@\t\r");

    /// <summary>A text as a field, quoted where it must be. Outer spaces are quoted too: some readers trim them. What a spreadsheet would compute gets a ' in front; see <see cref="Text"/>.</summary>
    public static string Field(string value) => Quoted(IsFormula(value) ? $"'{value}" : value);

    /// <summary>The text that <see cref="Field"/> was given, from the field as it was read.</summary>
    public static string Text(string field) => field.StartsWith('\'') && IsFormula(field) ? field[1..] : field;

    // Behind any ' in front: so a name that has one itself comes back as it was.
    private static bool IsFormula(string value) => value.AsSpan().TrimStart('\'') is { Length: > 0 } rest && Formula.Contains(rest[0]);

    private static string Quoted(string value) =>
        value.AsSpan().ContainsAny(NeedQuotes) || value.AsSpan().Trim().Length != value.Length
            ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : value;

    /// <summary>The rows of a text; <see langword="null"/> where the last quoted field does not end. A final line break starts no row.</summary>
    public static List<List<string>>? Rows(string text)
    {
        var rows = new List<List<string>>();
        var (row, field, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted)
            {
                if (c != '"') field.Append(c);
                else if (i + 1 < text.Length && text[i + 1] == '"') { field.Append('"'); i++; }
                else quoted = false;
            }
            else if (c == '"') quoted = true;
            else if (c == ',') EndField();
            else if (c == '\n') EndRow();
            else if (c != '\r' || i + 1 == text.Length || text[i + 1] != '\n') field.Append(c);
        }
        if (quoted) return null;
        if (row.Count > 0 || field.Length > 0) EndRow();
        return rows;

        void EndField()
        {
            row.Add(field.ToString());
            field.Clear();
        }

        void EndRow()
        {
            EndField();
            rows.Add(row);
            row = [];
        }
    }
}
