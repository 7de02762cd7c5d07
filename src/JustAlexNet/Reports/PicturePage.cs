using System.Net;
using System.Text;
using JustAlexNet.Imaging;

namespace JustAlexNet.Reports;

/// <summary>A page of tables and small pictures for a browser: one file that asks for nothing else, from no address.</summary>
/// <param name="Title">Stands in the tab and at the top.</param>
/// <param name="Introduction">A line each below it.</param>
/// <param name="Sections">What follows, in order.</param>
public sealed record PicturePage(string Title, IReadOnlyList<string> Introduction, IReadOnlyList<PageSection> Sections)
{
    // Nothing is loaded, whatever a name holds: the browser is told so too.
    private const string Head = """
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <style>
        :root { color-scheme: light dark; }
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; }
        table { border-collapse: collapse; } th, td { padding: .15rem .9rem .15rem 0; text-align: right; font-variant-numeric: tabular-nums; }
        th:first-child, td:first-child { text-align: left; } th { font-weight: 600; border-bottom: 1px solid #8888; }
        .group { border-top: 1px solid #8884; padding: .7rem 0; } .group > p { margin: 0 0 .4rem; }
        .pictures { display: flex; flex-wrap: wrap; gap: .8rem; }
        figure { margin: 0; width: 10rem; } figure img { max-width: 10rem; max-height: 10rem; display: block; }
        .absent { width: 10rem; height: 5rem; display: grid; place-items: center; border: 1px dashed #8888; color: #888; font-size: .8rem; }
        figcaption { font-size: .8rem; overflow-wrap: anywhere; }
        </style>

        """;

    /// <summary>Writes the page.</summary>
    /// <param name="path">The file; replaced as a whole.</param>
    /// <exception cref="EvaluationFileException">Folder, permission or space is missing.</exception>
    public void Save(string path) => ResultFile.Write(path, Encoding.UTF8.GetBytes(Html()));

    internal string Html()
    {
        var html = new StringBuilder($"<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{Text(Title)}</title>\n").Append(Head).Append($"<h1>{Text(Title)}</h1>\n");
        foreach (var line in Introduction) html.Append($"<p>{Text(line)}</p>\n");
        foreach (var section in Sections)
        {
            html.Append($"<h2>{Text(section.Heading)}</h2>\n");
            section.Write(html);
        }
        return html.Append("</html>\n").ToString();
    }

    /// <summary>A text as HTML shows it; what no browser shows in octal, as everywhere.</summary>
    internal static string Text(string text) => WebUtility.HtmlEncode(PrintableText.Of(text));
}

/// <summary>A part of a page.</summary>
/// <param name="Heading">Stands above it.</param>
public abstract record PageSection(string Heading)
{
    internal abstract void Write(StringBuilder html);
}

/// <summary>A table.</summary>
/// <param name="Heading">Stands above it.</param>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Rows">As many texts as there are columns.</param>
public sealed record PageTable(string Heading, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows) : PageSection(Heading)
{
    internal override void Write(StringBuilder html)
    {
        html.Append("<table>\n<tr>");
        foreach (var column in Columns) html.Append($"<th>{PicturePage.Text(column)}");
        foreach (var row in Rows)
        {
            html.Append("\n<tr>");
            foreach (var cell in row) html.Append($"<td>{PicturePage.Text(cell)}");
        }
        html.Append("\n</table>\n");
    }
}

/// <summary>Groups of pictures with what is said of each.</summary>
/// <param name="Heading">Stands above them.</param>
/// <param name="Groups">In order.</param>
public sealed record PagePictures(string Heading, IReadOnlyList<PagePictureGroup> Groups) : PageSection(Heading)
{
    internal override void Write(StringBuilder html)
    {
        foreach (var group in Groups)
        {
            html.Append($"<div class=\"group\">\n<p>{PicturePage.Text(group.Words)}</p>\n<div class=\"pictures\">\n");
            foreach (var picture in group.Pictures)
            {
                var shown = picture.Jpeg is { } file ? $"<img alt=\"\" src=\"data:image/jpeg;base64,{Convert.ToBase64String(file)}\">" : "<div class=\"absent\">cannot be shown</div>";
                html.Append($"<figure>{shown}<figcaption>{PicturePage.Text(picture.Caption)}</figcaption></figure>\n");
            }
            html.Append("</div>\n</div>\n");
        }
    }
}

/// <summary>Pictures that belong together.</summary>
/// <param name="Words">What is said of them.</param>
/// <param name="Pictures">In order; none is fine.</param>
public sealed record PagePictureGroup(string Words, IReadOnlyList<PagePicture> Pictures);

/// <summary>A small picture.</summary>
/// <param name="Caption">Stands below it.</param>
/// <param name="Jpeg">A JPEG file; null: it cannot be shown.</param>
public sealed record PagePicture(string Caption, byte[]? Jpeg)
{
    private const int Side = 160;

    /// <summary>A picture file made small: upright, its longer side 160 pixels or fewer, as a JPEG file; null where it cannot be read, or is a folder. Thread-safe.</summary>
    public static byte[]? Small(string file)
    {
        try
        {
            using var image = ImageDecoder.Decode(file);
            var scale = Math.Min(1, (double)Side / Math.Max(image.Width, image.Height));
            var (width, height) = (Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale)));
            var pixels = new byte[width * height * 3];
            Resizer.Resize(image, new(0, 0, image.Width, image.Height), pixels, width, height, Interpolation.Bilinear);
            return JpegEncoder.Encode(pixels, width, height);
        }
        catch (ImageException)
        {
            return null;        // what is wrong with it is what the page says
        }
    }
}
