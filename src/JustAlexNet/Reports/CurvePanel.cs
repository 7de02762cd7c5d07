using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace JustAlexNet.Reports;

/// <summary>How a curve is drawn, in the panel as in the legend.</summary>
internal enum CurveMark
{
    Training,
    Validation,
    Best,
}

/// <summary>One panel of the curves: a quantity by epoch, for training and validation.</summary>
internal static class CurvePanel
{
    private const int MaxMarks = 30;

    // Shares of an axis: half a ring, the band that says the axis is cut; and how far beyond its end a curve is still drawn.
    private const double MarkRoom = 0.03, CutRoom = 0.14, Leaving = 1000;

    public static Plot Loss(IReadOnlyList<EpochPoint> points, EpochPoint? best, TrainingCurvesTexts texts)
    {
        var cut = AxisCut.Of([.. points.Select(p => new[] { p.TrainLoss, p.ValLoss })], keep: best?.ValLoss ?? double.NaN);
        var losses = points.SelectMany(p => new[] { p.TrainLoss, p.ValLoss }).Where(double.IsFinite).ToList();
        var shown = losses.Where(loss => loss <= cut).ToList();
        var (low, high) = (shown.DefaultIfEmpty(0).Min(), shown.DefaultIfEmpty(0).Max());
        var ceiling = high + (Leaving * (high - low));       // numbers of 1e36 are no places on a canvas
        var plot = Draw(points, best, p => Drawn(p.TrainLoss), p => Drawn(p.ValLoss), texts.Loss, texts.EpochAxis, v => v < 0 ? "" : Figures.Of(v, "0.######", 8));
        Limit(plot, shown, most: double.PositiveInfinity);
        if (losses.Count > shown.Count) SayCut(plot, points, cut, texts);
        return plot;

        double Drawn(double loss) => double.IsFinite(loss) ? Math.Min(loss, ceiling) : double.NaN;
    }

    public static Plot Accuracy(IReadOnlyList<EpochPoint> points, EpochPoint? best, TrainingCurvesTexts texts)
    {
        var plot = Draw(points, best, p => p.TrainTop1, p => p.ValTop1, texts.Accuracy, texts.EpochAxis, v => v is < 0 or > 1 ? "" : (v * 100).ToString("0.####", CultureInfo.InvariantCulture) + " %");
        Limit(plot, points.SelectMany(p => new[] { p.TrainTop1, p.ValTop1 }), most: 1);
        return plot;
    }

    /// <summary>An empty panel in this house's style.</summary>
    /// <param name="title">Above it.</param>
    /// <param name="axis">Below it.</param>
    public static Plot Panel(string title, string axis)
    {
        _ = PictureFont.Typeface;
        var plot = new Plot();
        plot.Font.Set(PictureFont.Name);
        plot.Axes.Color(Palette.Quiet);
        plot.Axes.Top.FrameLineStyle.IsVisible = plot.Axes.Right.FrameLineStyle.IsVisible = false;
        (plot.Grid.MajorLineColor, plot.Grid.MajorLineWidth) = (Palette.Grid, 1);
        foreach (var (label, text, size) in new[] { (plot.Axes.Title.Label, title, 24), (plot.Axes.Bottom.Label, axis, 22) })
            (label.Text, label.FontSize, label.ForeColor, label.Bold) = (text, size, Palette.Text, false);
        foreach (var side in new IAxis[] { plot.Axes.Bottom, plot.Axes.Left })
        {
            (side.TickLabelStyle.FontSize, side.TickLabelStyle.ForeColor) = (20, Palette.Text);
            (side.MinorTickStyle.Length, side.MajorTickStyle.Length) = (0, 6);
        }
        return plot;
    }

    private static Plot Draw(IReadOnlyList<EpochPoint> points, EpochPoint? best, Func<EpochPoint, double> training, Func<EpochPoint, double> validation,
        string title, string epochAxis, Func<double, string> format)
    {
        var plot = Panel(title, epochAxis);
        plot.Axes.Left.TickGenerator = new NumericAutomatic { LabelFormatter = format, MinimumTickSpacing = 44 };
        plot.Axes.Bottom.TickGenerator = new NumericAutomatic { IntegerTicksOnly = true, LabelFormatter = v => v.ToString("0", CultureInfo.InvariantCulture), MinimumTickSpacing = 50 };

        if (best is not null) plot.Add.VerticalLine(best.Epoch, 2.5f, Palette.Quiet, LinePattern.Dashed);
        Curve(plot, points, training, Palette.Training, CurveMark.Training);
        Curve(plot, points, validation, Palette.Validation, CurveMark.Validation);
        if (best is not null && double.IsFinite(validation(best))) Ring(plot, best.Epoch, validation(best));
        var (first, last) = (points[0].Epoch, points[^1].Epoch);
        var side = Math.Max(0.5, (last - first) * 0.025);
        plot.Axes.SetLimitsX(first - side, last + side);
        return plot;
    }

    private static void Curve(Plot plot, IReadOnlyList<EpochPoint> points, Func<EpochPoint, double> value, Color color, CurveMark mark)
    {
        var measured = points.Where(p => double.IsFinite(value(p))).Select(p => new Coordinates(p.Epoch, value(p))).ToArray();
        if (measured.Length == 0) return;
        var line = plot.Add.ScatterLine(measured, color);
        line.LineWidth = 3;
        var every = ((measured.Length - 1) / MaxMarks) + 1;
        var marks = plot.Add.ScatterPoints(measured.Where((_, i) => i % every == 0).ToArray(), color);
        marks.MarkerShape = mark == CurveMark.Training ? MarkerShape.FilledCircle : MarkerShape.FilledSquare;
        marks.MarkerSize = 11;
    }

    // In a band above all other marks: a triangle for each value above the axis, and a line of text at the right, for those are the first epochs.
    private static void SayCut(Plot plot, IReadOnlyList<EpochPoint> points, double cut, TrainingCurvesTexts texts)
    {
        var (bottom, below) = (plot.Axes.GetLimits().Bottom, plot.Axes.GetLimits().Top);
        var edge = bottom + ((below - bottom) / (1 - CutRoom));
        plot.Axes.SetLimitsY(bottom, edge);
        var (middle, apart) = (edge - ((edge - bottom) * CutRoom / 2), (edge - bottom) * CutRoom / 6);
        foreach (var point in points)
        {
            if (point.TrainLoss > cut) Triangle(point.Epoch, middle + apart, Palette.Training);
            if (point.ValLoss > cut) Triangle(point.Epoch, middle - apart, Palette.Validation);
        }
        var highest = points.MaxBy(p => Math.Max(Finite(p.TrainLoss), Finite(p.ValLoss)))!;
        var said = string.Format(CultureInfo.InvariantCulture, texts.AxisCut, Figures.Of(Math.Max(Finite(highest.TrainLoss), Finite(highest.ValLoss)), "0.##", 8), highest.Epoch);
        var note = plot.Add.Annotation(said, Alignment.UpperRight);
        (note.LabelFontName, note.LabelFontSize, note.LabelFontColor) = (PictureFont.Name, 19, Palette.Text);
        (note.LabelBackgroundColor, note.LabelBorderColor, note.LabelShadowColor, note.OffsetY) = (Colors.White, Palette.Quiet, Colors.Transparent, 14);

        void Triangle(int epoch, double y, Color color) => plot.Add.Marker(epoch, y, MarkerShape.FilledTriangleUp, 18, color);

        static double Finite(double value) => double.IsFinite(value) ? value : double.NegativeInfinity;
    }

    private static void Ring(Plot plot, double x, double y)
    {
        var ring = plot.Add.Marker(x, y, MarkerShape.OpenCircle, 22, Palette.Text);
        ring.MarkerLineWidth = 2.5f;
    }

    // Leaves some air above and below, of which no more than a mark needs to be whole where nothing can be: below 0, above the most.
    private static void Limit(Plot plot, IEnumerable<double> values, double most)
    {
        var measured = values.Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        var (low, high) = (measured.Min(), measured.Max());
        var air = Math.Max(Math.Max((high - low) * 0.08, high * 0.02), 1e-6);
        var mark = (high - low + air) * MarkRoom;
        plot.Axes.SetLimitsY(Math.Max(low - air, -mark), Math.Min(high + air, most + mark));
    }
}
