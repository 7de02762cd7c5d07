using JustAlexNet.Reports;
using JustAlexNet.Training;

namespace JustAlexNet.Cli.Output;

/// <summary>The table of epochs for people. Columns that a terminal has no room for are left out, and top-5 where there are no more than five classes; history.csv has them all.</summary>
internal sealed class EpochRows
{
    private const string Best = "  best";

    private readonly FittedTable<EpochRecord> table;

    /// <param name="classes">Number of classes.</param>
    /// <param name="width">Places of the terminal; null: there is none.</param>
    /// <param name="sizesVary">Whether pictures grow from epoch to epoch, which is then shown.</param>
    public EpochRows(int classes, int? width = null, bool sizesVary = false)
    {
        var k = Math.Min(5, classes);
        table = new(
        [
            new("epoch", 5, (r, _) => $"{r.Epoch}", 3, Gap: 0), new("px", 4, (r, _) => $"{r.ImageSize}", sizesVary ? 1 : -1, Gap: 1), new("lr", 8, (r, n) => Figures.Of(r.LearningRate, "0.######", n), 0, Gap: 1),
            new("train loss", 10, (r, n) => Figures.Of(r.TrainLoss, "0.0000", n), 2), new("top-1", 5, (r, n) => Figures.Of(r.TrainTop1, "0.000", n), 1), new($"top-{k}", 5, (r, n) => Figures.Of(r.TrainTopK, "0.000", n), classes > 5 ? 1 : -1),
            new("val loss", 8, (r, n) => Figures.Of(r.ValLoss, "0.0000", n), 3), new("top-1", 5, (r, n) => Figures.Of(r.ValTop1, "0.000", n), 3), new($"top-{k}", 5, (r, n) => Figures.Of(r.ValTopK, "0.000", n), classes > 5 ? 1 : -1),
            new("photos/s", 8, (r, n) => Figures.Of(r.PhotosPerSecond, "0.0", n), 0), new("time", 5, (r, _) => Durations.Clock(r.Seconds), 2),
        ], width, Best.Length);
    }

    /// <summary>The names of the columns.</summary>
    public string Header => table.Header;

    /// <summary>An epoch below them.</summary>
    public string Of(EpochRecord record, bool isBest) => table.Of(record) + (isBest ? Best : "");
}
