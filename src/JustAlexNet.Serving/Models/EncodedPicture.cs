using System.Globalization;
using JustAlexNet.Imaging;
using JustAlexNet.Imaging.Decoding;

namespace JustAlexNet.Serving;

/// <summary>The bytes of one picture file from a stranger: judged by kind and header before anything is decoded.</summary>
internal sealed class EncodedPicture
{
    /// <summary>The longest side, that of a JPEG: resizing takes memory by the side too, and a PNG may have sides of 2,147,483,647.</summary>
    public const int LargestSide = 65_535;

    private const string Readable = "JPEG, PNG and WebP are read";

    private readonly ReadOnlyMemory<byte> file;
    private readonly string name;

    private EncodedPicture(ReadOnlyMemory<byte> file, string name, long pixels) => (this.file, this.name, Pixels) = (file, name, pixels);

    /// <summary>Columns x rows, by the header.</summary>
    public long Pixels { get; }

    /// <summary>Judges a file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="maxPixels">The largest picture.</param>
    /// <exception cref="ServingException">It is of another kind, its header cannot be read, or it has too many pixels.</exception>
    public static EncodedPicture Of(ReadOnlyMemory<byte> file, string name, long maxPixels)
    {
        var kind = Signature.Kind(file.Span);
        if (kind is null) throw new ServingException(ServingFault.UnsupportedKind, file.IsEmpty ? "empty" : "not_a_picture", $"cannot read {name}: {Signature.Describe(file.Span, Readable)}");
        if (kind is not (PictureKind.Jpeg or PictureKind.Png or PictureKind.WebP)) throw new ServingException(ServingFault.UnsupportedKind, "unsupported_kind", $"cannot read {name}: it is a {Failure.Name(kind.Value)} file; {Readable}");
        if (ImageDecoder.ReadSize(file.Span, PixelMemory.Pool) is not var (width, height)) throw Damaged($"cannot read {name}: {Failure.OfHeader(file.Span, kind.Value)}", null);
        if (Math.Max(width, height) > LargestSide)
            throw new ServingException(ServingFault.BadInput, "too_many_pixels", string.Create(CultureInfo.InvariantCulture, $"cannot read {name}: it has {width:N0} x {height:N0} pixels, the limit is {LargestSide:N0} a side.\nCut it, or send it smaller."));
        var pixels = (long)width * height;
        if (pixels > maxPixels)
            throw new ServingException(ServingFault.BadInput, "too_many_pixels", string.Create(CultureInfo.InvariantCulture, $"cannot read {name}: it has {width:N0} x {height:N0} = {pixels:N0} pixels, the limit is {maxPixels:N0}.\nSend it smaller: the network sees a few hundred pixels a side."));
        return new(file, name, pixels);
    }

    /// <summary>Decodes the picture and makes the network's S x S pixels of it.</summary>
    /// <param name="preprocessing">How.</param>
    /// <param name="target">Receives S x S x 3 bytes.</param>
    /// <exception cref="ServingException">It is damaged.</exception>
    public void Prepare(Preprocessing preprocessing, Span<byte> target)
    {
        try
        {
            // No more than the header said: what was reserved for it.
            using var image = ImageDecoder.Decode(file.Span, name, new DecodeOptions { HonourExifOrientation = preprocessing.HonourExifOrientation, MaxPixels = Pixels, Memory = PixelMemory.Pool });
            preprocessing.Apply(image, target);
        }
        catch (ImageException e)
        {
            throw Damaged(e.Message, e);
        }
    }

    private static ServingException Damaged(string message, Exception? cause) => new(ServingFault.BadInput, "damaged_picture", message, cause);
}
