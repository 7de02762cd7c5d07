using System.Globalization;
using JustAlexNet.Bench.Measuring;
using JustAlexNet.Reports;
using ScottPlot;
using ScottPlot.TickGenerators;
using Palette = JustAlexNet.Reports.Palette;

namespace JustAlexNet.Bench.Reporting;

/// <summary>What a photo costs by the size of the batch and by the side of the pictures, a panel each: a curve is level where arithmetic alone decides.</summary>
internal static class CostGraph
{
    private const int Panel = 720, Height = 480;

    /// <summary>Draws the rows <c>batch-size</c> and <c>image-size</c>.</summary>
    /// <returns>A PNG file; null where neither was measured.</returns>
    public static byte[]? Png(IReadOnlyList<Result> results)
    {
        var panels = results.Select(PanelOf).OfType<Plot>().ToList();
        if (panels.Count == 0) return null;
        using var sheet = new Sheet(Panel * panels.Count, Height);
        for (var i = 0; i < panels.Count; i++) sheet.Place(panels[i], i * Panel, 0, Panel, Height);
        return sheet.ToPng();
    }

    private static Plot? PanelOf(Result result) => result.Comparison.Name switch
    {
        "batch-size" => Draw(result, "milliseconds a photo", "photos a batch (64 px)", (rate, _) => 1000 / rate),
        "image-size" => Draw(result, "microseconds a thousand pixels", "side of the pictures, px (batches of 32)", (rate, side) => 1e9 / rate / (side * side)),
        _ => null,
    };

    private static Plot Draw(Result result, string title, string axis, Func<double, double, double> cost)
    {
        var points = result.Sides.Where(side => side.Skipped is null).Select(side => Number(side.Side.Name) is var number ? (Number: number, Cost: cost(side.Rate, number)) : default).OrderBy(point => point.Number).ToList();
        var plot = CurvePanel.Panel(title, axis);
        plot.Axes.Left.TickGenerator = new NumericAutomatic { LabelFormatter = value => value < 0 ? "" : value.ToString("0.###", CultureInfo.InvariantCulture), MinimumTickSpacing = 40 };
        plot.Axes.Bottom.SetTicks([.. points.Select(point => Math.Log2(point.Number))], [.. points.Select(point => point.Number.ToString(CultureInfo.InvariantCulture))]);
        var curve = plot.Add.Scatter(points.Select(point => new Coordinates(Math.Log2(point.Number), point.Cost)).ToArray(), Palette.Training);
        (curve.LineWidth, curve.MarkerSize) = (3, 11);
        plot.Axes.SetLimitsY(0, points.Max(point => point.Cost) * 1.15);
        return plot;
    }

    // Sides are called "batch 8", "size 224".
    private static int Number(string name) => int.Parse(name[(name.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
}
