using System.Globalization;
using ScottPlot;

namespace JustAlexNet.Reports;

/// <summary>Loss and accuracy by epoch as a PNG picture of 1600 x 760 pixels, training beside validation, the best epoch marked.</summary>
/// <remarks>
/// Training is blue with discs, validation orange with squares: they differ without colour too. Above 30 epochs only some carry a mark.
/// Values that were not measured (NaN) or are infinite are left out and the curve goes straight on. Where the losses of the first epochs lie far above all later ones (a first epoch that went wrong), the axis
/// ends below them; triangles and a line of text above all other marks say so. Equal input gives equal bytes. Thread-safe.
/// </remarks>
public static class TrainingCurves
{
    private const int Width = 1600, Height = 760, HeadHeight = 130, Pad = 34;

    /// <summary>Draws the picture; returns the content of a PNG file.</summary>
    /// <param name="points">At least one epoch, epochs strictly rising, accuracies 0 to 1 or NaN.</param>
    /// <param name="bestEpoch">The epoch to mark. Default: highest validation top-1, of equal ones the lower loss, then the earlier; none where validation was not measured.</param>
    /// <param name="texts">Title and axis texts. Default: English.</param>
    /// <exception cref="ArgumentException">No point, epochs that do not rise, an accuracy outside 0 to 1, or a best epoch that is none of the points.</exception>
    public static byte[] Draw(IReadOnlyList<EpochPoint> points, int? bestEpoch = null, TrainingCurvesTexts? texts = null)
    {
        Check(points, bestEpoch);
        texts ??= new();
        var best = bestEpoch is { } epoch ? points.First(p => p.Epoch == epoch) : BestOf(points);
        using var sheet = new Sheet(Width, Height);
        DrawHead(sheet, best, points, texts);

        using var loss = CurvePanel.Loss(points, best, texts);
        using var accuracy = CurvePanel.Accuracy(points, best, texts);
        const int panelWidth = (Width - Pad) / 2, panelHeight = Height - HeadHeight - (Pad / 2);
        sheet.Place(loss, Pad / 2, HeadHeight, panelWidth, panelHeight);
        sheet.Place(accuracy, (Pad / 2) + panelWidth, HeadHeight, panelWidth, panelHeight);
        return sheet.ToPng();
    }

    /// <summary>Draws the picture into a file: beside it first, then renamed, so that the name never holds half a picture.</summary>
    /// <inheritdoc cref="Draw"/>
    /// <param name="path">The file.</param>
    /// <param name="points">As <see cref="Draw"/> takes them.</param>
    /// <param name="bestEpoch">As <see cref="Draw"/> takes it.</param>
    /// <param name="texts">As <see cref="Draw"/> takes them.</param>
    /// <exception cref="EvaluationFileException">The file cannot be written.</exception>
    public static void Save(IReadOnlyList<EpochPoint> points, string path, int? bestEpoch = null, TrainingCurvesTexts? texts = null) =>
        ResultFile.Write(path, Draw(points, bestEpoch, texts));

    private static EpochPoint? BestOf(IReadOnlyList<EpochPoint> points) =>
        points.Where(p => double.IsFinite(p.ValTop1)).OrderByDescending(p => p.ValTop1).ThenBy(p => double.IsNaN(p.ValLoss) ? double.PositiveInfinity : p.ValLoss).FirstOrDefault();

    private static void Check(IReadOnlyList<EpochPoint> points, int? bestEpoch)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Count == 0) throw new ArgumentException("Curves need at least one epoch.", nameof(points));
        for (var i = 0; i < points.Count; i++)
        {
            if (i > 0 && points[i].Epoch <= points[i - 1].Epoch)
                throw new ArgumentException($"Epochs must rise; {points[i].Epoch} comes after {points[i - 1].Epoch}.", nameof(points));
            foreach (var share in new[] { points[i].TrainTop1, points[i].ValTop1 })
                if (share is < 0 or > 1)
                    throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Epoch {points[i].Epoch} has an accuracy of {share}, expected 0 to 1."), nameof(points));
        }
        if (bestEpoch is { } best && points.All(p => p.Epoch != best)) throw new ArgumentException($"The best epoch, {best}, is none of the points.", nameof(bestEpoch));
    }

    private static void DrawHead(Sheet sheet, EpochPoint? best, IReadOnlyList<EpochPoint> points, TrainingCurvesTexts texts)
    {
        var x = (float)(Width - Pad);
        var legend = new List<(string Text, Color Color, CurveMark Mark)>();
        if (points.Any(p => double.IsFinite(p.TrainLoss) || double.IsFinite(p.TrainTop1))) legend.Add((texts.Training, Palette.Training, CurveMark.Training));
        if (points.Any(p => double.IsFinite(p.ValLoss) || double.IsFinite(p.ValTop1))) legend.Add((texts.Validation, Palette.Validation, CurveMark.Validation));
        if (best is not null) legend.Add((texts.BestEpoch, Palette.Quiet, CurveMark.Best));
        foreach (var (text, color, mark) in legend.AsEnumerable().Reverse())
        {
            x -= Sheet.Measure(text, 22);
            sheet.Text(text, x, 48, 22, Palette.Text);
            x -= 58;
            sheet.Sample(x, 48, 46, color, mark);
            x -= 30;
        }
        Headline.Draw(sheet, texts.Title, Pad, 48, x - Pad, 34, Palette.Text);
        if (best is null) return;
        var line = string.Format(CultureInfo.InvariantCulture, texts.Best, best.Epoch, Number(best.ValLoss, "0.000"), Figures.Percent(best.ValTop1));
        Headline.Draw(sheet, line, Pad, 94, Width - (2 * Pad), 22, Palette.Quiet);
    }

    private static string Number(double value, string format) => double.IsFinite(value) ? Figures.Of(value, format, 8) : "–";
}

/// <summary>What one epoch of training gave, as the curves show it.</summary>
/// <param name="Epoch">The epoch, from 1; strictly rising from point to point.</param>
/// <param name="TrainLoss">Mean cross-entropy over the training pictures, in nats; NaN where it was not measured.</param>
/// <param name="TrainTop1">Share of training pictures recognised, 0 to 1; NaN where it was not measured.</param>
/// <param name="ValLoss">The same loss over the validation pictures; NaN where it was not measured.</param>
/// <param name="ValTop1">Share of validation pictures recognised, 0 to 1; NaN where it was not measured.</param>
public sealed record EpochPoint(int Epoch, double TrainLoss, double TrainTop1, double ValLoss, double ValTop1);
