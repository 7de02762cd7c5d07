using System.Text;

namespace JustAlexNet.Evaluation;

/// <summary>Comma-separated values as in RFC 4180.</summary>
internal static class Csv
{
    private static readonly System.Buffers.SearchValues<char> NeedQuotes = System.Buffers.SearchValues.Create(",\"\r\n");

    /// <summary>A field, quoted where it must be. Outer spaces are quoted too: some readers trim them.</summary>
    public static string Field(string value) =>
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
