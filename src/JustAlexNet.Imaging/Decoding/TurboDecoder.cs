using JustAlexNet.Imaging.Native;
using SkiaSharp;

namespace JustAlexNet.Imaging.Decoding;

/// <summary>The JPEG files that libjpeg-turbo reads without a single complaint; all others are <see cref="SkiaDecoder"/>'s affair.</summary>
/// <remarks>So what is refused, and in which words, does not depend on which of both is there.</remarks>
internal static unsafe class TurboDecoder
{
    /// <returns>The picture; null if <see cref="SkiaDecoder"/> must decide.</returns>
    /// <exception cref="ImageException">The picture is above the limit.</exception>
    public static RgbImage? TryDecode(TurboJpegLibrary library, ReadOnlySpan<byte> file, string name, DecodeOptions options)
    {
        if (Signature.Kind(file) != PictureKind.Jpeg) return null;
        var markers = new JpegMarkers(file);
        if (!markers.IsOrdinary || !markers.HasEnd) return null;
        if (DecodeStored(library, file, name, options) is not { } stored) return null;
        return options.HonourExifOrientation ? Orientation.Apply(stored, (SKEncodedOrigin)markers.Orientation) : stored;
    }

    private static RgbImage? DecodeStored(TurboJpegLibrary library, ReadOnlySpan<byte> file, string name, DecodeOptions options)
    {
        fixed (byte* bytes = file)
        {
            using var reader = new TurboJpegReader(library, bytes, file.Length);
            if (!reader.ReadHeader()) return null;
            PixelLimit.Check(reader.Width, reader.Height, file, name, options);
            var image = new RgbImage(PhotoFrame.Reduced(reader.Width, options.Reduction), PhotoFrame.Reduced(reader.Height, options.Reduction), options.Memory);
            if (reader.ReadPixels(image.Pixels, image.Width, image.Height)) return image;
            image.Dispose();
            return null;
        }
    }
}
