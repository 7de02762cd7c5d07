using System.Buffers.Binary;
using SkiaSharp;

namespace JustAlexNet.Imaging.Decoding;

/// <summary>What of a picture's colours is lost or made up when it becomes RGB.</summary>
internal enum PictureColours
{
    Rgb,
    Grey,
    Cmyk,
}

/// <summary>What a file says of its picture and its pixels in RGB no longer show. Of a damaged file: as far as its headers tell.</summary>
/// <param name="Kind">By the content.</param>
internal sealed record PictureHeader(PictureKind Kind)
{
    /// <summary>The EXIF orientation, 1 to 8; 1 is upright.</summary>
    public int Orientation { get; init; } = 1;

    /// <summary>The colours as stored.</summary>
    public PictureColours Colours { get; init; }

    /// <summary>Bits a colour value.</summary>
    public int Bits { get; init; } = 8;

    /// <summary>Whether pixels may be transparent.</summary>
    public bool HasAlpha { get; init; }

    /// <summary>Whether there are several pictures in it, of which the first is read.</summary>
    public bool IsAnimated { get; init; }

    /// <returns>Null for a file of no known kind.</returns>
    public static PictureHeader? Of(ReadOnlySpan<byte> file) => Signature.Kind(file) switch
    {
        PictureKind.Jpeg => OfJpeg(new JpegMarkers(file)),
        PictureKind.Png => OfPng(file),
        PictureKind.WebP => OfWebP(file),
        PictureKind.Gif => new(PictureKind.Gif) { HasAlpha = GifFrame.Find(file) is { TransparencyFlags: not 0 }, IsAnimated = HasSeveralFrames(file) },
        { } other => new(other),
        null => null,
    };

    private static PictureHeader OfJpeg(JpegMarkers markers) => new(PictureKind.Jpeg)
    {
        Orientation = markers.Orientation,
        Colours = markers.Components switch { 1 => PictureColours.Grey, 4 => PictureColours.Cmyk, _ => PictureColours.Rgb },
    };

    // PNG, third edition, 11.2.1: bit depth and colour type stand behind width and height; 0 is grey, 4 grey with alpha, 6 RGB with alpha.
    private static PictureHeader OfPng(ReadOnlySpan<byte> file)
    {
        var (bits, type) = file.Length > 25 ? (file[24], file[25]) : ((byte)8, (byte)2);
        return new(PictureKind.Png)
        {
            Orientation = PngChunks.Orientation(file),
            Colours = type is 0 or 4 ? PictureColours.Grey : PictureColours.Rgb,
            Bits = bits,
            HasAlpha = type is 4 or 6 || PngChunks.Has(file, "tRNS"u8),
            IsAnimated = PngChunks.Has(file, "acTL"u8),
        };
    }

    // RFC 9649: the flags of the extended form, or the bit behind width and height of the lossless one.
    private static PictureHeader OfWebP(ReadOnlySpan<byte> file)
    {
        const int Data = 20, Animation = 0x02, Alpha = 0x10;
        var chunk = file[Math.Min(12, file.Length)..];
        var isExtended = chunk.StartsWith("VP8X"u8) && file.Length > Data;
        var isLossless = chunk.StartsWith("VP8L"u8) && file.Length >= Data + 5;
        return new(PictureKind.WebP)
        {
            Orientation = WebPChunks.Orientation(file),
            HasAlpha = isExtended ? (file[Data] & Alpha) != 0 : isLossless && (BinaryPrimitives.ReadUInt32LittleEndian(file[(Data + 1)..]) >> 28 & 1) != 0,
            IsAnimated = isExtended && (file[Data] & Animation) != 0,
        };
    }

    private static unsafe bool HasSeveralFrames(ReadOnlySpan<byte> file)
    {
        fixed (byte* bytes = file)
        {
            using var data = SKData.Create((nint)bytes, file.Length);
            using var codec = SKCodec.Create(data);
            return codec?.FrameCount > 1;
        }
    }
}
