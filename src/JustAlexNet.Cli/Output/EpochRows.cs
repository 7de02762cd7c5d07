using JustAlexNet.Reports;
using JustAlexNet.Training;

namespace JustAlexNet.Cli.Output;

/// <summary>The table of epochs for people. Columns that a terminal has no room for are left out, and top-5 where there are no more than five classes; history.csv has them all.</summary>
internal sealed class EpochRows
{
    private const string Best = "  best";

    private readonly List<Column> columns;

    /// <param name="classes">Number of classes.</param>
    /// <param name="width">Places of the terminal; null: there is none.</param>
    /// <param name="sizesVary">Whether pictures grow from epoch to epoch, which is then shown.</param>
    public EpochRows(int classes, int? width = null, bool sizesVary = false)
    {
        var k = Math.Min(5, classes);
        Column[] all =
        [
            new("epoch", 5, (r, _) => $"{r.Epoch}", 3, Gap: 0), new("px", 4, (r, _) => $"{r.ImageSize}", sizesVary ? 1 : -1, Gap: 1), new("lr", 8, (r, n) => Figures.Of(r.LearningRate, "0.######", n), 0, Gap: 1),
            new("train loss", 10, (r, n) => Figures.Of(r.TrainLoss, "0.0000", n), 2), new("top-1", 5, (r, n) => Figures.Of(r.TrainTop1, "0.000", n), 1), new($"top-{k}", 5, (r, n) => Figures.Of(r.TrainTopK, "0.000", n), classes > 5 ? 1 : -1),
            new("val loss", 8, (r, n) => Figures.Of(r.ValLoss, "0.0000", n), 3), new("top-1", 5, (r, n) => Figures.Of(r.ValTop1, "0.000", n), 3), new($"top-{k}", 5, (r, n) => Figures.Of(r.ValTopK, "0.000", n), classes > 5 ? 1 : -1),
            new("photos/s", 8, (r, n) => Figures.Of(r.PhotosPerSecond, "0.0", n), 0), new("time", 5, (r, _) => Durations.Clock(r.Seconds), 2),
        ];
        var least = 0;
        do columns = [.. all.Where(column => column.Keep >= least)];
        while (width is { } places && Width >= places && ++least <= 3);       // the last place stays free: some terminals break behind it
    }

    /// <summary>The names of the columns.</summary>
    public string Header => string.Concat(columns.Select(c => new string(' ', c.Gap) + c.Name.PadLeft(c.Places)));

    private int Width => columns.Sum(c => c.Gap + c.Places) + Best.Length;

    /// <summary>An epoch below them.</summary>
    public string Of(EpochRecord record, bool isBest) => string.Concat(columns.Select(c => new string(' ', c.Gap) + c.Text(record, c.Places).PadLeft(c.Places))) + (isBest ? Best : "");

    // What is worth most is kept longest: 3 always, less than 0 never.
    private sealed record Column(string Name, int Places, Func<EpochRecord, int, string> Text, int Keep, int Gap = 3);
}
