using System.Buffers;
using SkiaSharp;

namespace JustAlexNet.Imaging.Decoding;

/// <summary>The whole decode through Skia.</summary>
internal static unsafe class SkiaDecoder
{
    public static RgbImage Decode(ReadOnlySpan<byte> file, string name, DecodeOptions options)
    {
        if (file.IsEmpty) throw new ImageException(name, "the file is empty (0 bytes)");
        fixed (byte* bytes = file)
        {
            using var data = SKData.Create((nint)bytes, file.Length);
            using var codec = SKCodec.Create(data);
            if (codec is null) throw new ImageException(name, "Skia does not know it");
            var info = codec.Info;
            if ((long)info.Width * info.Height > options.MaxPixels)
                throw new ImageException(name, $"it has {info.Width} x {info.Height} = {Text.Number((long)info.Width * info.Height)} pixels, the limit is {Text.Number(options.MaxPixels)}");
            return Pixels(codec, name, options);
        }
    }

    private static RgbImage Pixels(SKCodec codec, string name, DecodeOptions options)
    {
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, null);
        var rgba = ArrayPool<byte>.Shared.Rent(info.BytesSize);
        try
        {
            fixed (byte* to = rgba)
            {
                var result = codec.GetPixels(info, (nint)to, info.RowBytes, new SKCodecOptions(0));
                if (result != SKCodecResult.Success) throw new ImageException(name, result.ToString());
            }
            var image = new RgbImage(info.Width, info.Height);
            var pixels = image.Pixels;
            for (var i = 0; i < info.Width * info.Height; i++)
            {
                pixels[3 * i] = rgba[4 * i];
                pixels[3 * i + 1] = rgba[4 * i + 1];
                pixels[3 * i + 2] = rgba[4 * i + 2];
            }
            return image;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rgba);
        }
    }
}
