using System.Globalization;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Cli.Output;

/// <summary>The table of classes for people. Columns that a terminal has no room for are left out, and a name longer than half a line stands above its row; evaluate --json has all.</summary>
internal sealed class ClassRows
{
    private const int FewestPlaces = 10;

    private readonly FittedTable<(string Label, ClassScore Score)> table;
    private readonly int? width;
    private readonly int names;

    /// <param name="labels">What the classes are called, one or more.</param>
    /// <param name="width">Places of the terminal; null: there is none.</param>
    public ClassRows(IReadOnlyList<string> labels, int? width)
    {
        this.width = width;
        names = Math.Max(FewestPlaces, labels.Select(Columns.Width).Where(places => width is null || places <= width / 2).DefaultIfEmpty(0).Max());
        table = new(
        [
            new("class", names, (row, _) => row.Label, 3, Gap: 0) { IsLeft = true }, new("precision", 9, (row, _) => Share(row.Score.Precision), 0), new("recall", 6, (row, _) => Share(row.Score.Recall), 1),
            new("F1", 5, (row, _) => Share(row.Score.F1), 3), new("photos", 6, (row, _) => row.Score.Support.ToString(CultureInfo.InvariantCulture), 2),
        ], width);
    }

    /// <summary>The names of the columns.</summary>
    public string Header => table.Header;

    /// <summary>The lines of a class below them.</summary>
    public IEnumerable<string> Of(string label, ClassScore score)
    {
        if (width is not { } places || Columns.Width(label) <= names) return [table.Of((label, score))];
        return [.. Wrapping.Lines(PrintableText.Of(label), places - 1, "  "), table.Of(("", score))];
    }

    private static string Share(double share) => share.ToString("0.000", CultureInfo.InvariantCulture);
}
