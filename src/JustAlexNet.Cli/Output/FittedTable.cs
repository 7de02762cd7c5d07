namespace JustAlexNet.Cli.Output;

/// <summary>A column of a table.</summary>
/// <param name="Name">Stands above it.</param>
/// <param name="Places">Its width on a terminal; longer text is not cut.</param>
/// <param name="Text">What stands in it in a row, in at most so many places if that can be.</param>
/// <param name="Keep">What it is worth: 3 it stays always, 2 it goes last, 0 first, less than 0 it is never there.</param>
/// <param name="Gap">Blanks before it.</param>
internal sealed record Column<T>(string Name, int Places, Func<T, int, string> Text, int Keep, int Gap = 3)
{
    /// <summary>Whether text stands at the left of its places.</summary>
    public bool IsLeft { get; init; }
}

/// <summary>The columns of a table that a terminal has room for; those that are worth less are left out.</summary>
internal sealed class FittedTable<T>
{
    private readonly List<Column<T>> columns;

    /// <param name="all">Every column there could be.</param>
    /// <param name="width">Places of the terminal, of which the last one stays free, as some terminals break behind it; null: there is none.</param>
    /// <param name="behind">Places of what may stand behind a row.</param>
    public FittedTable(IReadOnlyList<Column<T>> all, int? width, int behind = 0)
    {
        var least = 0;
        do columns = [.. all.Where(column => column.Keep >= least)];
        while (width is { } places && columns.Sum(c => c.Gap + c.Places) + behind >= places && ++least <= 3);
    }

    /// <summary>The names of the columns.</summary>
    public string Header => Line(column => column.Name);

    /// <summary>A row below them.</summary>
    public string Of(T row) => Line(column => column.Text(row, column.Places));

    private string Line(Func<Column<T>, string> text) => string.Concat(columns.Select(column =>
    {
        var shown = Columns.Pad(text(column), 0);
        var blanks = new string(' ', Math.Max(0, column.Places - Columns.Width(shown)));
        return $"{new string(' ', column.Gap)}{(column.IsLeft ? shown + blanks : blanks + shown)}";
    })).TrimEnd();
}
