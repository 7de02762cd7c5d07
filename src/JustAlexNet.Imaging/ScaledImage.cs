using JustAlexNet.Imaging.Decoding;

namespace JustAlexNet.Imaging;

/// <summary>How the pixels of a reduced picture lie in the whole one: each stands for a square of its pixels, those at one edge for what is left there.</summary>
/// <param name="Width">Columns of the whole picture, upright.</param>
/// <param name="Height">Rows of the whole picture, upright.</param>
/// <param name="Reduction">Side of the square: 1, 2, 4 or 8.</param>
/// <param name="FromRight">Whether squares are counted from the right edge, so that the first column may be the incomplete one.</param>
/// <param name="FromBottom">The same of rows.</param>
internal readonly record struct PhotoFrame(int Width, int Height, int Reduction = 1, bool FromRight = false, bool FromBottom = false)
{
    /// <summary>Columns of the reduced picture.</summary>
    public int Columns => Reduced(Width, Reduction);

    /// <summary>Rows of the reduced picture.</summary>
    public int Rows => Reduced(Height, Reduction);

    /// <summary>A length divided, rounded up.</summary>
    public static int Reduced(int length, int reduction) => (length + reduction - 1) / reduction;

    /// <summary>By the header of a JPEG; null where the file is none or its header does not tell, which is then for its decoder to judge.</summary>
    public static PhotoFrame? Of(ReadOnlySpan<byte> file, DecodeOptions options)
    {
        if (Signature.Kind(file) != PictureKind.Jpeg) return null;
        var markers = new JpegMarkers(file);
        if (markers.Width == 0 || markers.Height == 0) return null;
        var orientation = options.HonourExifOrientation ? markers.Orientation : 1;
        var (width, height) = orientation >= 5 ? (markers.Height, markers.Width) : (markers.Width, markers.Height);
        return new(width, height, options.Reduction, orientation is 2 or 3 or 6 or 7, orientation is 3 or 4 or 7 or 8);
    }

    /// <summary>
    /// The largest reduction of a JPEG after which a part of it still has twice the pixels wanted of it in both directions: the antialiased resize that follows then decides what is seen.
    /// </summary>
    /// <param name="columns">Columns of the part, in the whole picture.</param>
    /// <param name="rows">Rows of the part.</param>
    /// <param name="width">Columns wanted, 1 or more.</param>
    /// <param name="height">Rows wanted, 1 or more.</param>
    public static int ReductionFor(int columns, int rows, int width, int height)
    {
        var reduction = 8;
        while (reduction > 1 && (columns < 2L * width * reduction || rows < 2L * height * reduction)) reduction /= 2;
        return reduction;
    }

    /// <summary>Where a part of the whole picture lies among the reduced columns.</summary>
    public (double Begin, double End) ColumnsOf(PixelBox box) => Place(box.Left, box.Width, FromRight ? Columns - (double)Width / Reduction : 0);

    /// <summary>The same among the rows.</summary>
    public (double Begin, double End) RowsOf(PixelBox box) => Place(box.Top, box.Height, FromBottom ? Rows - (double)Height / Reduction : 0);

    // Exact: an eighth has three binary places.
    private (double, double) Place(int first, int length, double begin) => (begin + (double)first / Reduction, begin + ((double)first + length) / Reduction);
}

/// <summary>A decoded picture that may have fewer pixels than its file, and is asked for its parts in the coordinates of the whole.</summary>
/// <remarks>Owns its pixels. Not thread-safe for disposal; reading is.</remarks>
internal sealed class ScaledImage(RgbImage pixels, PhotoFrame frame) : IDisposable
{
    /// <summary>A whole picture.</summary>
    public ScaledImage(RgbImage pixels) : this(pixels, new(pixels.Width, pixels.Height)) { }

    /// <summary>What there is of it.</summary>
    public RgbImage Pixels => pixels;

    /// <summary>How they lie in the whole.</summary>
    public PhotoFrame Frame => frame;

    /// <summary>Columns of the whole.</summary>
    public int Width => frame.Width;

    /// <summary>Rows of the whole.</summary>
    public int Height => frame.Height;

    /// <summary>Cuts out a part and resizes it, as <see cref="Resizer.Resize(RgbImage, PixelBox, Span{byte}, int, int, Interpolation, bool)"/>, antialiased bilinear.</summary>
    /// <param name="box">In the coordinates of the whole, inside it.</param>
    /// <param name="target">Receives height x width x 3 bytes.</param>
    /// <param name="width">Columns of the result, 1 or more.</param>
    /// <param name="height">Rows of the result, 1 or more.</param>
    /// <param name="flip">Whether the result is mirrored.</param>
    /// <exception cref="ArgumentException">The box is not inside the picture, or the target is too short.</exception>
    public void Resize(PixelBox box, Span<byte> target, int width, int height, bool flip = false)
    {
        if (frame.Reduction == 1) Resizer.Resize(pixels, box, target, width, height, Interpolation.Bilinear, flip);
        else Resizer.Resize(pixels, frame.ColumnsOf(box), frame.RowsOf(box), target, width, height, Interpolation.Bilinear, flip);
    }

    public void Dispose() => pixels.Dispose();
}
