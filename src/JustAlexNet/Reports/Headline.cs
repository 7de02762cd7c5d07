using ScottPlot;

namespace JustAlexNet.Reports;

/// <summary>A line above a picture: smaller where it would not fit, and shortened where even that does not help.</summary>
internal static class Headline
{
    public static void Draw(Sheet sheet, string text, float left, float middle, float room, float size, Color color)
    {
        var fitting = Fitting.Size(text, room, size, least: size * 0.6f);
        sheet.Text(Fitting.Shorten(text, room, fitting), left, middle, fitting, color);
    }
}
