using JustAlexNet.Imaging;
using SkiaSharp;

namespace JustAlexNet.Reports;

/// <summary>Photos side by side: a row a photo, the first column apart from the others; what augmentation does to them can be looked at.</summary>
/// <remarks>
/// Pictures are drawn pixel by pixel; those below 96 pixels are enlarged by a whole factor, their pixels staying squares. Names are shortened in their middle. Equal input gives equal bytes (with the
/// same fonts). Thread-safe.
/// </remarks>
public static class ContactSheet
{
    /// <summary>The largest number of pixels of a sheet.</summary>
    public const long MaxPixels = 100_000_000;

    private const int Pad = 18, Gap = 6, FirstGap = 18, SmallestCell = 96, WidestName = 170, JpegQuality = 90;
    private const float TitleSize = 19, HeadSize = 14, NameSize = 14;

    /// <summary>Draws the sheet; returns the content of a PNG or JPEG file.</summary>
    /// <param name="content">At least one row and one column.</param>
    /// <param name="jpeg">Whether as JPEG (quality 90), which takes a fraction of the room.</param>
    /// <exception cref="ArgumentException">Rows are missing or have another number of pictures than there are columns, pictures differ in size, or the sheet would have more than <see cref="MaxPixels"/>.</exception>
    public static byte[] Draw(ContactSheetContent content, bool jpeg = false)
    {
        Check(content);
        var (columns, rows, side) = (content.Columns.Count, content.Rows, content.Rows[0].Pictures[0].Width);
        var cell = CellOf(side);
        var names = (int)Math.Ceiling(Math.Min(WidestName, rows.Max(row => Math.Max(Sheet.Measure(row.Name, NameSize), Sheet.Measure(row.Detail, NameSize * 0.85f)))));
        var (left, top) = (Pad + names + 12, Pad + (int)TitleSize + 16 + (int)HeadSize + 10);
        using var sheet = new Sheet(WidthOf(left, columns, cell), top + rows.Count * (cell + Gap) - Gap + Pad);
        Headline.Draw(sheet, content.Title, Pad, Pad + TitleSize * 0.6f, sheet.Width - 2 * Pad, TitleSize, Palette.Text);
        for (var column = 0; column < columns; column++)
            sheet.Text(Fitting.Shorten(content.Columns[column], cell, HeadSize), LeftOf(left, column, cell) + cell / 2f, top - 8 - HeadSize / 2, HeadSize, Palette.Quiet, SKTextAlign.Center);
        foreach (var (index, row) in rows.Index())
        {
            var y = top + index * (cell + Gap);
            sheet.Text(Fitting.Shorten(row.Name, names, NameSize), left - 12, y + cell / 2f - 10, NameSize, Palette.Text, SKTextAlign.Right);
            sheet.Text(Fitting.Shorten(row.Detail, names, NameSize * 0.85f), left - 12, y + cell / 2f + 10, NameSize * 0.85f, Palette.Quiet, SKTextAlign.Right);
            for (var column = 0; column < columns; column++) sheet.Picture(row.Pictures[column], LeftOf(left, column, cell), y, cell);
        }
        return jpeg ? sheet.ToJpeg(JpegQuality) : sheet.ToPng();
    }

    /// <summary>Draws the sheet into a file: as JPEG where it is called .jpg or .jpeg, else as PNG; beside it first, then renamed.</summary>
    /// <exception cref="ArgumentException">As <see cref="Draw"/>.</exception>
    /// <exception cref="EvaluationFileException">The file cannot be written.</exception>
    public static void Save(ContactSheetContent content, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        ResultFile.Write(path, Draw(content, Path.GetExtension(path).ToLowerInvariant() is ".jpg" or ".jpeg"));
    }

    /// <summary>What is wrong with the size of a sheet, as a sentence; null if nothing is.</summary>
    /// <param name="rows">Photos.</param>
    /// <param name="columns">Pictures of each.</param>
    /// <param name="side">Their side in pixels.</param>
    public static string? SizeFault(int rows, int columns, int side)
    {
        var pixels = (long)WidthOf(WidestName, columns, CellOf(side)) * rows * (CellOf(side) + Gap);
        return pixels <= MaxPixels ? null : FormattableString.Invariant($"a sheet of {rows} x {columns} pictures of {side} x {side} pixels is too large ({pixels / 1e6:0} of {MaxPixels / 1e6:0} megapixels): fewer photos, or smaller ones");
    }

    private static int CellOf(int side) => side * Math.Max(1, (SmallestCell + side - 1) / side);

    private static int LeftOf(int left, int column, int cell) => left + column * (cell + Gap) + (column > 0 ? FirstGap : 0);

    private static int WidthOf(int left, int columns, int cell) => checked(LeftOf(left, columns - 1, cell) + cell + Pad);

    private static void Check(ContactSheetContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (content.Rows.Count == 0 || content.Columns.Count == 0) throw new ArgumentException("A sheet has at least one row and one column.", nameof(content));
        if (content.Rows.Any(row => row.Pictures.Count != content.Columns.Count)) throw new ArgumentException($"Every row has as many pictures as there are columns: {content.Columns.Count}.", nameof(content));
        var side = content.Rows[0].Pictures[0].Width;
        if (content.Rows.SelectMany(row => row.Pictures).Any(picture => picture.Width != side || picture.Height != side)) throw new ArgumentException($"All pictures are squares of one size: {side}.", nameof(content));
        if (SizeFault(content.Rows.Count, content.Columns.Count, side) is { } fault) throw new ArgumentException(fault, nameof(content));
    }
}

/// <summary>What a sheet shows.</summary>
/// <param name="Title">Above all.</param>
/// <param name="Columns">A heading a column.</param>
/// <param name="Rows">The photos.</param>
public sealed record ContactSheetContent(string Title, IReadOnlyList<string> Columns, IReadOnlyList<ContactSheetRow> Rows);

/// <summary>A photo of a sheet.</summary>
/// <param name="Name">Left of it, such as its class.</param>
/// <param name="Detail">Below the name, such as its file.</param>
/// <param name="Pictures">Squares of one size, one a column; they stay the caller's.</param>
public sealed record ContactSheetRow(string Name, string Detail, IReadOnlyList<RgbImage> Pictures);
