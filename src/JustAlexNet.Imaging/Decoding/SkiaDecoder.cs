using System.Buffers;
using SkiaSharp;

namespace JustAlexNet.Imaging.Decoding;

/// <summary>Bytes of a file to pixels, through Skia's codecs, which here convert neither colours nor alpha.</summary>
internal static unsafe class SkiaDecoder
{
    public static RgbImage Decode(ReadOnlySpan<byte> file, string name, DecodeOptions options)
    {
        var kind = Signature.Kind(file) ?? throw new ImageException(name, Signature.Describe(file));
        if (Unsupported(file, kind) is { } unsupported) throw new ImageException(name, unsupported);
        if (kind == PictureKind.Gif && GifFrame.Find(file) is { } frame) return DecodeGif(file, frame, name, options);
        return DecodeUpright(file, kind, name, options);
    }

    private static string? Unsupported(ReadOnlySpan<byte> file, PictureKind kind) => kind switch
    {
        PictureKind.Jpeg => new JpegMarkers(file).Unsupported,
        PictureKind.Bmp => BmpHeader.Unsupported(file),
        _ => null,
    };

    private static RgbImage DecodeGif(ReadOnlySpan<byte> file, GifFrame frame, string name, DecodeOptions options)
    {
        var copy = ArrayPool<byte>.Shared.Rent(file.Length);
        try
        {
            file.CopyTo(copy);
            if (frame.TransparencyFlags != 0) copy[frame.TransparencyFlags] &= 0xFE;
            var image = DecodeUpright(copy.AsSpan(0, file.Length), PictureKind.Gif, name, options);
            frame.FillUncovered(file, image);
            return image;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private static RgbImage DecodeUpright(ReadOnlySpan<byte> file, PictureKind kind, string name, DecodeOptions options)
    {
        using var lean = PngChunks.Lean(file, options.Memory, out var length);
        var read = lean is null ? file : lean.Memory.Span[..length];
        fixed (byte* bytes = read)
        {
            using var data = SKData.Create((nint)bytes, read.Length);       // no copy; the codec is gone before the bytes may move
            using var codec = SKCodec.Create(data);
            if (codec is null) throw new ImageException(name, Failure.OfHeader(file, kind));
            PixelLimit.Check(codec.Info.Width, codec.Info.Height, file, name, options);
            var stored = kind == PictureKind.Jpeg && options.Reduction > 1 && DecodeReduced(codec, file, options) is { } reduced ? reduced : DecodeStored(codec, file, kind, name, options.Memory);
            if (!options.HonourExifOrientation) return stored;
            return Orientation.Apply(stored, (SKEncodedOrigin)(kind switch
            {
                PictureKind.Jpeg => new JpegMarkers(file).Orientation,
                PictureKind.Png => PngChunks.Orientation(file),
                PictureKind.WebP => WebPChunks.Orientation(file),
                _ => 1,
            }));
        }
    }

    private static RgbImage DecodeStored(SKCodec codec, ReadOnlySpan<byte> file, PictureKind kind, string name, MemoryPool<byte> pool)
    {
        // Unpremultiplied, so that alpha can be dropped; no colour space, so that neither profile nor gamma changes a number.
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, colorspace: null);
        var memory = pool.Rent(info.BytesSize + RgbImage.Slack);
        try
        {
            fixed (byte* pixels = memory.Memory.Span)
            {
                var result = codec.GetPixels(info, (nint)pixels, info.RowBytes, SKCodecOptions.Default);
                if (result != SKCodecResult.Success)
                    throw new ImageException(name, Failure.OfPixels(file, kind, result, kind == PictureKind.Jpeg ? RowsRead(codec, info, pixels) : null));
            }
            if (kind == PictureKind.Jpeg && !new JpegMarkers(file).HasEnd) throw new ImageException(name, Failure.WithoutEnd(file));
            Rgba.DropAlpha(memory.Memory.Span[..info.BytesSize]);
            return new RgbImage(info.Width, info.Height, memory, pool);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <returns>Null where it cannot be: whether the file can be read, and why not, the whole decides.</returns>
    private static RgbImage? DecodeReduced(SKCodec codec, ReadOnlySpan<byte> file, DecodeOptions options)
    {
        var size = new SKSizeI(PhotoFrame.Reduced(codec.Info.Width, options.Reduction), PhotoFrame.Reduced(codec.Info.Height, options.Reduction));
        if (codec.GetScaledDimensions(1f / options.Reduction) != size || !new JpegMarkers(file).HasEnd) return null;
        var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, colorspace: null);
        var memory = options.Memory.Rent(info.BytesSize + RgbImage.Slack);
        fixed (byte* pixels = memory.Memory.Span)
        {
            if (codec.GetPixels(info, (nint)pixels, info.RowBytes, SKCodecOptions.Default) == SKCodecResult.Success)
            {
                Rgba.DropAlpha(memory.Memory.Span[..info.BytesSize]);
                return new RgbImage(info.Width, info.Height, memory, options.Memory);
            }
        }
        memory.Dispose();
        return null;
    }

    /// <summary>Decodes again, row by row, to say how far it goes.</summary>
    private static (int Done, int All)? RowsRead(SKCodec codec, SKImageInfo info, byte* pixels) =>
        codec.StartScanlineDecode(info) == SKCodecResult.Success ? (codec.GetScanlines((nint)pixels, info.Height, info.RowBytes), info.Height) : null;
}
