using JustAlexNet.Imaging;
using SkiaSharp;

namespace JustAlexNet.Reports;

/// <summary>Pictures of one size in rows of eight, a name below each. Those below 96 pixels are enlarged by a whole factor, their pixels staying squares. Thread-safe.</summary>
internal static class PictureGrid
{
    private const int Columns = 8, Gap = 6, SmallestCell = 96, NameHeight = 20;
    private const float NameSize = 13;

    /// <summary>Draws the grid; returns the content of a PNG file.</summary>
    /// <param name="pictures">Squares of one size, at least one; they stay the caller's.</param>
    /// <param name="names">A name a picture; shortened in its middle where it is too long.</param>
    public static byte[] Draw(IReadOnlyList<RgbImage> pictures, IReadOnlyList<string> names)
    {
        var side = pictures[0].Width;
        var (cell, columns) = (side * Math.Max(1, (SmallestCell + side - 1) / side), Math.Min(Columns, pictures.Count));
        var (across, down) = (cell + Gap, cell + NameHeight + Gap);
        using var sheet = new Sheet(columns * across + Gap, (pictures.Count + columns - 1) / columns * down + Gap);
        foreach (var (index, picture) in pictures.Index())
        {
            var (left, top) = (Gap + index % columns * across, Gap + index / columns * down);
            sheet.Picture(picture, left, top, cell);
            sheet.Text(Fitting.Shorten(names[index], cell, NameSize), left + cell / 2f, top + cell + NameHeight / 2f, NameSize, Palette.Text, SKTextAlign.Center);
        }
        return sheet.ToPng();
    }
}
