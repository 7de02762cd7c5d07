using System.Globalization;
using JustAlexNet.Inference;
using ScottPlot;
using SkiaSharp;

namespace JustAlexNet.Reports;

/// <summary>A confusion matrix as a PNG picture: true classes as rows, colour is the share of the row.</summary>
/// <remarks>
/// Up to 30 classes: names, and in each cell the count and the percent of the row; up to 250: names; more: class indices on the axes and a block of pixels a class
/// (5 classes give about 1100 x 1000 pixels, 1000 classes 3700 x 3600). Names are shortened in their middle; signs the embedded font lacks are drawn with a font of the system, as boxes where it has none.
/// The diagonal is outlined in orange. Empty cells are white and the smallest share is a visible tint; rows without pictures are grey. Equal input gives equal bytes (with the same fonts). Thread-safe.
/// </remarks>
public static class ConfusionMatrixPicture
{
    /// <summary>The largest number of classes that can be drawn.</summary>
    public const int MaxClasses = 4000;

    /// <summary>What a person is told where there is no picture, since there are too many classes for one; null where there is.</summary>
    public static string? Absence(int classes) => classes <= MaxClasses ? null
        : string.Create(CultureInfo.InvariantCulture, $"no picture of the confusion matrix: it shows up to {MaxClasses:N0} classes, here are {classes:N0}; confusion_matrix.csv has them all");

    /// <summary>Draws the picture; returns the content of a PNG file.</summary>
    /// <param name="matrix">The counts; all may be zero.</param>
    /// <param name="texts">Title and axis texts. Default: English.</param>
    /// <exception cref="ArgumentException">More than <see cref="MaxClasses"/> classes, or another number of names.</exception>
    public static byte[] Draw(ConfusionMatrix matrix, ConfusionMatrixTexts? texts = null)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.Classes > MaxClasses)
            throw new ArgumentException($"The matrix has {matrix.Classes} classes, a picture shows at most {MaxClasses}. Write the table instead.", nameof(matrix));
        texts ??= new();
        var sums = matrix.RowSums();
        if (texts.Names is { } given && given.Count != matrix.Classes) throw new ArgumentException($"{given.Count} names for {matrix.Classes} classes.", nameof(texts));
        var layout = new ConfusionMatrixLayout(texts.Names ?? matrix.Names, sums.Count(s => s == 0));
        using var sheet = new Sheet(layout.Width, layout.Height);
        DrawCells(sheet, layout, matrix, sums);
        if (layout.HasCellText) DrawCounts(sheet, layout, matrix, sums);
        DrawHead(sheet, layout, matrix, sums, texts);
        DrawAxes(sheet, layout, texts);
        return sheet.ToPng();
    }

    /// <summary>Draws the picture into a file: beside it first, then renamed, so that the name never holds half a picture.</summary>
    /// <exception cref="ArgumentException">More than <see cref="MaxClasses"/> classes.</exception>
    /// <exception cref="EvaluationFileException">The file cannot be written.</exception>
    public static void Save(ConfusionMatrix matrix, string path, ConfusionMatrixTexts? texts = null) => ResultFile.Write(path, Draw(matrix, texts));

    private static void DrawCells(Sheet sheet, ConfusionMatrixLayout layout, ConfusionMatrix matrix, long[] sums)
    {
        var classes = matrix.Classes;
        var shares = new double[classes, classes];
        for (var label = 0; label < classes; label++)
        {
            var row = matrix.Row(label);
            for (var c = 0; c < classes; c++) shares[label, c] = sums[label] == 0 ? 0 : row[c] == 0 ? double.NaN : (double)row[c] / sums[label];
        }
        using var plot = new Plot();
        plot.HideAxesAndGrid();
        var edge = (int)layout.BarTextSize;   // room for the colour bar's first and last label, which stand half outside
        plot.Layout.Fixed(new PixelPadding(0, layout.Right, edge, edge));
        var heat = plot.Add.Heatmap(shares);
        heat.Colormap = Palette.Shares;
        heat.ManualRange = new ScottPlot.Range(0, 1);
        heat.NaNCellColor = Palette.NoCount;
        heat.CellAlignment = Alignment.LowerLeft;
        AddColourBar(plot, heat, layout);
        for (var label = 0; label < classes; label++)
        {
            if (sums[label] > 0) continue;
            var band = plot.Add.Rectangle(0, classes, classes - label - 1, classes - label);
            (band.FillColor, band.LineWidth) = (Palette.NoPictures, 0);
        }
        plot.Axes.SetLimits(0, classes, 0, classes);
        sheet.Place(plot, layout.Left, layout.Top - edge, layout.Side + layout.Right, layout.Side + (2 * edge));
        DrawGrid(sheet, layout, classes);
    }

    private static void AddColourBar(Plot plot, ScottPlot.Plottables.Heatmap heat, ConfusionMatrixLayout layout)
    {
        plot.Axes.Right.IsVisible = true;
        plot.Axes.Right.MinimumSize = plot.Axes.Right.MaximumSize = layout.BarGap;
        var bar = plot.Add.ColorBar(heat);
        bar.Width = layout.BarWidth;
        var axis = (ScottPlot.AxisPanels.AxisBase)bar.Axis;
        (axis.TickLabelStyle.FontName, axis.TickLabelStyle.FontSize, axis.TickLabelStyle.ForeColor) = (PictureFont.Name, layout.BarTextSize, Palette.Text);
        axis.FrameLineStyle.Color = Palette.Quiet;
        (axis.MajorTickStyle.Color, axis.MajorTickStyle.Length, axis.MajorTickStyle.Width) = (Palette.Quiet, layout.TickLength, layout.Scale);
        double[] marks = [0, 0.2, 0.4, 0.6, 0.8, 1];
        axis.SetTicks(marks, [.. marks.Select(m => Figures.Percent(m, 0))]);
    }

    private static void DrawGrid(Sheet sheet, ConfusionMatrixLayout layout, int classes)
    {
        var (left, top, side) = (layout.Left, layout.Top, layout.Side);
        for (var i = 1; i < classes && layout.HasGrid; i++) Cross(i * layout.Cell, Palette.Grid);
        Cross(0, Palette.Quiet);
        Cross(side, Palette.Quiet);
        DrawDiagonal(sheet, layout, classes);

        void Cross(float at, Color color)
        {
            sheet.Line(left, top + at, left + side, top + at, color);
            sheet.Line(left + at, top, left + at, top + side, color);
        }
    }

    // Where recognised pictures stand. Each cell is outlined; where cells are too small for that, two lines accompany them.
    private static void DrawDiagonal(Sheet sheet, ConfusionMatrixLayout layout, int classes)
    {
        if (layout.HasGrid)
        {
            var width = Math.Clamp(MathF.Round(layout.Cell / 24f), 2, 4);
            for (var i = 0; i < classes; i++) sheet.Square(layout.Left + (i * layout.Cell) + (width / 2), layout.Top + (i * layout.Cell) + (width / 2), layout.Cell - width, Palette.Diagonal, width);
            return;
        }
        var (left, top, side, away) = ((float)layout.Left, (float)layout.Top, (float)layout.Side, Math.Max(layout.Cell * 2f, 8 * layout.Scale));
        sheet.Line(left + away, top, left + side, top + side - away, Palette.Diagonal, 1.5f * layout.Scale);
        sheet.Line(left, top + away, left + side - away, top + side, Palette.Diagonal, 1.5f * layout.Scale);
    }

    private static void DrawCounts(Sheet sheet, ConfusionMatrixLayout layout, ConfusionMatrix matrix, long[] sums)
    {
        var most = Enumerable.Range(0, matrix.Classes).Max(label => matrix.Row(label).ToArray().Max());
        var size = Fitting.Size(Count(most), layout.Cell - 8, Math.Min(layout.Cell * 0.3f, 26), least: 8);
        var percents = new RowPercents(matrix, sums);
        var small = Fitting.Size(percents.Widest, layout.Cell - 8, Math.Min(size * 0.8f, layout.Cell * 0.22f), least: 8);
        for (var label = 0; label < matrix.Classes; label++)
        {
            var shares = percents.Of(label);
            for (var predicted = 0; predicted < matrix.Classes; predicted++)
            {
                var count = matrix[label, predicted];
                if (count == 0) continue;
                var share = (double)count / sums[label];
                var (x, y) = (layout.Left + layout.Middle(predicted), layout.Top + layout.Middle(label));
                sheet.Text(Count(count), x, y - (small * 0.68f), size, Palette.TextOn(share), SKTextAlign.Center);
                sheet.Text(shares[predicted], x, y + (size * 0.72f), small, Palette.TextOn(share), SKTextAlign.Center);
            }
        }
    }

    private static void DrawHead(Sheet sheet, ConfusionMatrixLayout layout, ConfusionMatrix matrix, long[] sums, ConfusionMatrixTexts texts)
    {
        var total = sums.Sum();
        var accuracy = total == 0 ? "–" : Figures.Percent((double)matrix.Correct / total);
        var summary = string.Format(CultureInfo.InvariantCulture, total == 1 ? texts.SummaryOfOne : texts.Summary, accuracy, Count(total));
        if (layout.HasEmptyRows) summary += "; " + texts.EmptyRows;
        var (left, room) = (layout.Pad * 1.4f, layout.Width - (layout.Pad * 2.8f));
        Headline.Draw(sheet, texts.Title, left, layout.Pad + (layout.TitleSize * 0.7f), room, layout.TitleSize, Palette.Text);
        Headline.Draw(sheet, summary, left, layout.Pad + (layout.TitleSize * 1.5f) + (layout.SummarySize * 0.6f), room, layout.SummarySize, Palette.Quiet);
    }

    private static void DrawAxes(Sheet sheet, ConfusionMatrixLayout layout, ConfusionMatrixTexts texts)
    {
        var (left, bottom) = ((float)layout.Left, (float)(layout.Top + layout.Side));
        var tick = layout.HasNames ? 0 : layout.TickLength;
        var gap = tick + (7 * layout.Scale);
        foreach (var (index, text) in layout.Ticks)
        {
            var (x, y) = (left + layout.Middle(index), layout.Top + layout.Middle(index));
            if (tick > 0)
            {
                sheet.Line(left - tick, y, left, y, Palette.Quiet, layout.Scale);
                sheet.Line(x, bottom, x, bottom + tick, Palette.Quiet, layout.Scale);
            }
            sheet.Text(text, left - gap, y, layout.NameSize, Palette.Text, SKTextAlign.Right);
            if (layout.NameAngle == 0) sheet.Text(text, x, bottom + gap + (layout.NameSize * 0.5f), layout.NameSize, Palette.Text, SKTextAlign.Center);
            else sheet.Text(text, x, bottom + gap + (layout.NameAngle == -45 ? layout.NameSize * 0.3f : 0), layout.NameSize, Palette.Text, SKTextAlign.Right, layout.NameAngle);
        }
        var note = layout.HasNames ? "" : $" ({texts.Index})";
        var (middleX, middleY) = (left + (layout.Side / 2f), layout.Top + (layout.Side / 2f));
        AxisText(texts.PredictedAxis + note, middleX, layout.Height - layout.Pad - (layout.AxisSize * 0.4f), layout.AxisSize, 0);
        AxisText(texts.TrueAxis + note, layout.Pad + (layout.AxisSize * 0.4f), middleY, layout.AxisSize, -90);
        AxisText(texts.Colour, layout.Width - layout.Pad - (layout.AxisSize * 0.4f), middleY, layout.AxisSize * 0.9f, -90);

        void AxisText(string text, float x, float y, float size, float degrees)
        {
            var fitting = Fitting.Size(text, layout.Side, size, least: size * 0.6f);
            sheet.Text(Fitting.Shorten(text, layout.Side, fitting), x, y, fitting, Palette.Text, SKTextAlign.Center, degrees);
        }
    }

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
