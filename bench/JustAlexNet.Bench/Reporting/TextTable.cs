namespace JustAlexNet.Bench.Reporting;

/// <summary>Rows in columns as wide as their contents: aligned on a terminal, and a table in Markdown.</summary>
internal static class TextTable
{
    public static IEnumerable<string> Lines(IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        for (var i = 0; i < rows.Count; i++)
        {
            yield return "| " + string.Join(" | ", rows[i].Select((cell, column) => cell.PadRight(widths[column]))) + " |";
            if (i == 0) yield return "| " + string.Join(" | ", widths.Select(_ => "---")) + " |";
        }
    }
}
