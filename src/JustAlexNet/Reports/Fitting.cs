using System.Globalization;
using System.Text;
using JustAlexNet.Imaging;
using ScottPlot;

namespace JustAlexNet.Reports;

/// <summary>Makes texts fit into the room a picture has for them.</summary>
internal static class Fitting
{
    /// <summary>
    /// The text on one line (control characters become spaces), with its middle replaced by an ellipsis where it is wider than <paramref name="room"/> pixels:
    /// beginnings and ends tell class names apart. Cuts between characters as a reader sees them, never inside one.
    /// </summary>
    public static string Shorten(string text, float room, float size)
    {
        var line = OnOneLine(ComposedText.Of(text));
        if (Sheet.Measure(line, size) <= room) return line;
        var parts = StringInfo.ParseCombiningCharacters(line);
        var (keepLow, keepHigh) = (0, parts.Length - 1);
        while (keepLow < keepHigh)
        {
            var keep = (keepLow + keepHigh + 1) / 2;
            if (Sheet.Measure(Cut(keep), size) <= room) keepLow = keep;
            else keepHigh = keep - 1;
        }
        return Cut(keepLow);

        string Cut(int keep)
        {
            var (head, tail) = ((keep + 1) / 2, keep / 2);
            return line[..parts[head]].TrimEnd() + "…" + (tail == 0 ? "" : line[parts[^tail]..].TrimStart());
        }
    }

    /// <summary>The largest size up to <paramref name="wished"/> at which the text is no wider than <paramref name="room"/> pixels, but at least <paramref name="least"/>.</summary>
    public static float Size(string text, float room, float wished, float least) =>
        Math.Clamp(wished * room / Math.Max(Sheet.Measure(text, wished), 1), least, wished);

    private static string OnOneLine(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (var c in text) line.Append(char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c);
        return line.ToString();
    }
}

/// <summary>A line above a picture: smaller where it would not fit, and shortened where even that does not help.</summary>
internal static class Headline
{
    public static void Draw(Sheet sheet, string text, float left, float middle, float room, float size, Color color)
    {
        var fitting = Fitting.Size(text, room, size, least: size * 0.6f);
        sheet.Text(Fitting.Shorten(text, room, fitting), left, middle, fitting, color);
    }
}
