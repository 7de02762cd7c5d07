using JustAlexNet.Imaging;
using ScottPlot;
using SkiaSharp;
using SkiaSharp.HarfBuzz;

namespace JustAlexNet.Reports;

/// <summary>A white picture on which plots and lines of text are placed by the pixel.</summary>
internal sealed class Sheet : IDisposable
{
    private readonly SKSurface surface;

    public Sheet(int width, int height)
    {
        (Width, Height) = (width, height);
        surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul))
            ?? throw new InvalidOperationException($"No memory for a picture of {width} x {height} pixels.");
        surface.Canvas.Clear(SKColors.White);
    }

    public int Width { get; }
    public int Height { get; }

    /// <summary>How wide a text is, in pixels.</summary>
    public static float Measure(string text, float size)
    {
        return FallbackFonts.Pieces(ComposedText.Of(text)).Sum(piece => Measure(piece.Text, piece.Font, size));
    }

    private static float Measure(string text, SKTypeface typeface, float size)
    {
        using var font = FontOf(typeface, size);
        if (ReferenceEquals(typeface, PictureFont.Typeface)) return font.MeasureText(text);
        using var shaper = new SKShaper(typeface);      // joins Arabic letters, stacks Thai vowels
        return shaper.Shape(text, font).Width;
    }

    /// <summary>Draws a plot with its axes into a rectangle; what was there is wiped.</summary>
    public void Place(Plot plot, float left, float top, float width, float height)
    {
        surface.Canvas.Save();
        surface.Canvas.ClipRect(new SKRect(left, top, left + width, top + height));   // a plot clears all that it may touch
        plot.Render(surface.Canvas, new PixelRect(left, left + width, top + height, top));
        surface.Canvas.Restore();
    }

    /// <summary>Draws a line of text; (x, y) is its left end, middle or right end, half way up its capitals; turned clockwise about that point.</summary>
    public void Text(string text, float x, float y, float size, Color color, SKTextAlign align = SKTextAlign.Left, float degrees = 0)
    {
        using var paint = new SKPaint { Color = color.ToSKColor(), IsAntialias = true };
        surface.Canvas.Save();
        surface.Canvas.Translate(x, y);
        surface.Canvas.RotateDegrees(degrees);
        var middle = size * 0.366f;   // Noto's capitals are 0.733 em high
        var pieces = FallbackFonts.Pieces(ComposedText.Of(text));
        var at = align switch { _ when pieces.Count == 1 && ReferenceEquals(pieces[0].Font, PictureFont.Typeface) => 0, SKTextAlign.Center => -Measure(text, size) / 2, SKTextAlign.Right => -Measure(text, size), _ => 0 };
        foreach (var (piece, typeface) in pieces)
        {
            using var font = FontOf(typeface, size);
            if (pieces.Count == 1 && ReferenceEquals(typeface, PictureFont.Typeface)) surface.Canvas.DrawText(piece, 0, middle, align, font, paint);
            else if (ReferenceEquals(typeface, PictureFont.Typeface)) surface.Canvas.DrawText(piece, at, middle, SKTextAlign.Left, font, paint);
            else
            {
                using var shaper = new SKShaper(typeface);
                surface.Canvas.DrawShapedText(shaper, piece, at, middle, SKTextAlign.Left, font, paint);
            }
            at += Measure(piece, typeface, size);
        }
        surface.Canvas.Restore();
    }

    /// <summary>Draws a straight line, dashed if so wished.</summary>
    public void Line(float x1, float y1, float x2, float y2, Color color, float width = 1, bool dashed = false)
    {
        using var dashes = dashed ? SKPathEffect.CreateDash([width * 3, width * 2.5f], 0) : null;
        using var paint = new SKPaint { Color = color.ToSKColor(), StrokeWidth = width, IsStroke = true, IsAntialias = dashed, PathEffect = dashes };
        surface.Canvas.DrawLine(x1, y1, x2, y2, paint);
    }

    /// <summary>Draws the outline of a square.</summary>
    public void Square(float left, float top, float side, Color color, float width)
    {
        using var paint = new SKPaint { Color = color.ToSKColor(), StrokeWidth = width, IsStroke = true, IsAntialias = false };
        surface.Canvas.DrawRect(left, top, side, side, paint);
    }

    /// <summary>Draws a legend's sample of a curve, <paramref name="length"/> pixels long.</summary>
    public void Sample(float x, float y, float length, Color color, CurveMark mark)
    {
        Line(x, y, x + length, y, color, 3, dashed: mark == CurveMark.Best);
        using var paint = new SKPaint { Color = color.ToSKColor(), IsAntialias = true };
        if (mark == CurveMark.Training) surface.Canvas.DrawCircle(x + (length / 2), y, 5.5f, paint);
        if (mark == CurveMark.Validation) surface.Canvas.DrawRect(x + (length / 2) - 5, y - 5, 10, 10, paint);
    }

    /// <summary>Draws a photo, enlarged to a width without smoothing.</summary>
    public void Picture(RgbImage photo, float left, float top, float width)
    {
        using var bitmap = new SKBitmap(photo.Width, photo.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        Span<byte> from = photo.Pixels, to = bitmap.GetPixelSpan();
        for (int i = 0, at = 0; i < from.Length; i += 3, at += 4) (to[at], to[at + 1], to[at + 2], to[at + 3]) = (from[i], from[i + 1], from[i + 2], byte.MaxValue);
        using var image = SKImage.FromBitmap(bitmap);
        surface.Canvas.DrawImage(image, new SKRect(left, top, left + width, top + width * photo.Height / photo.Width), new SKSamplingOptions(SKFilterMode.Nearest));
    }

    /// <summary>The picture as a JPEG file.</summary>
    /// <param name="quality">0 to 100.</param>
    public byte[] ToJpeg(int quality)
    {
        using var image = surface.Snapshot();
        using var jpeg = image.Encode(SKEncodedImageFormat.Jpeg, quality);
        return jpeg.ToArray();
    }

    /// <summary>The picture as a PNG file: no time, no path; equal pictures give equal bytes.</summary>
    public byte[] ToPng()
    {
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    public void Dispose() => surface.Dispose();

    private static SKFont FontOf(SKTypeface typeface, float size) => new(typeface, size) { Subpixel = true, Hinting = SKFontHinting.None, Edging = SKFontEdging.Antialias };
}
