using System.Buffers;
using JustAlexNet.Imaging.Decoding;

namespace JustAlexNet.Imaging;

/// <summary>Reads JPEG, PNG, WebP, BMP and GIF (its first frame) into RGB, as Pillow's <c>convert("RGB")</c> would.</summary>
/// <remarks>
/// Grey, palettes and CMYK become RGB; of 16 bits a value the upper 8 are kept; alpha is dropped, not blended; colour profiles and gamma
/// are not applied. PNG, BMP, GIF and lossless WebP give Pillow's pixels exactly (16-bit grey, which Pillow clips, excepted), JPEG and lossy
/// WebP within 2 levels, CMYK within 3. The kind is told by the content, not by the name. Thread-safe.
/// JPEG files are read by libjpeg-turbo where the system has it: see <see cref="JpegDecoder"/>.
/// </remarks>
public static class ImageDecoder
{
    /// <summary>The endings by which a folder's pictures are recognised, lower case with their dot. Compare without regard to case.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"];

    /// <summary>Reads a picture file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Limits and orientation; <see cref="DecodeOptions.Default"/> if null.</param>
    /// <returns>The picture; the caller disposes it.</returns>
    /// <exception cref="JpegDecoderException">The environment asks for a JPEG decoder that cannot be had.</exception>
    /// <exception cref="ImageException">The file cannot be opened, or it does not hold a whole picture of a kind that can be read exactly.</exception>
    public static RgbImage Decode(string path, DecodeOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= DecodeOptions.Default;
        using var file = FileBytes.Read(path, options.MaxBytes);
        return Decode(JpegDecoder.Current, file.Bytes, path, options);
    }

    /// <summary>Reads a picture from the bytes of its file.</summary>
    /// <param name="file">The whole file; not changed, not kept.</param>
    /// <param name="name">What errors call the file.</param>
    /// <param name="options">Limits and orientation; <see cref="DecodeOptions.Default"/> if null.</param>
    /// <returns>The picture; the caller disposes it.</returns>
    /// <exception cref="JpegDecoderException">The environment asks for a JPEG decoder that cannot be had.</exception>
    /// <exception cref="ImageException">The bytes are not a whole picture of a kind that can be read exactly.</exception>
    public static RgbImage Decode(ReadOnlySpan<byte> file, string name, DecodeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Decode(JpegDecoder.Current, file, name, options ?? DecodeOptions.Default);
    }

    /// <summary>Columns and rows as stored, by the header; null where it cannot be read.</summary>
    internal static (int Width, int Height)? ReadSize(string path)
    {
        if (SpecialFile.Is(path)) return null;
        if (PngChunks.ReadSize(path) is { } size) return size;
        using var codec = SkiaSharp.SKCodec.Create(path);
        return codec is null ? null : (codec.Info.Width, codec.Info.Height);
    }

    /// <summary>The same of the bytes of a file. No memory is taken for pixels; of <paramref name="pool"/> what a PNG without long texts takes.</summary>
    internal static unsafe (int Width, int Height)? ReadSize(ReadOnlySpan<byte> file, MemoryPool<byte> pool)
    {
        using var lean = PngChunks.Lean(file, pool, out var length);
        var read = lean is null ? file : lean.Memory.Span[..length];
        fixed (byte* bytes = read)
        {
            using var data = SkiaSharp.SKData.Create((nint)bytes, read.Length);
            using var codec = SkiaSharp.SKCodec.Create(data);
            return codec is null ? null : (codec.Info.Width, codec.Info.Height);
        }
    }

    /// <summary>Reads a picture that may come with fewer pixels than its file has.</summary>
    /// <param name="file">The whole file; not changed, not kept.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="options">Limits, orientation and reduction.</param>
    /// <returns>The picture, whole where its kind or its file do not allow it to be reduced; the caller disposes it.</returns>
    /// <exception cref="ImageException">As <see cref="Decode(ReadOnlySpan{byte}, string, DecodeOptions?)"/>: the reduction has no part in what is refused.</exception>
    internal static ScaledImage DecodeScaled(ReadOnlySpan<byte> file, string name, DecodeOptions options) => DecodeScaled(JpegDecoder.Current, file, name, options);

    internal static ScaledImage DecodeScaled(JpegDecoder decoder, ReadOnlySpan<byte> file, string name, DecodeOptions options)
    {
        var frame = options.Reduction == 1 ? null : PhotoFrame.Of(file, options);
        var pixels = Decode(decoder, file, name, options);
        return frame is { } known && (known.Columns, known.Rows) == (pixels.Width, pixels.Height) ? new ScaledImage(pixels, known) : new ScaledImage(pixels);
    }

    internal static RgbImage Decode(JpegDecoder decoder, ReadOnlySpan<byte> file, string name, DecodeOptions options)
    {
        if (decoder.Turbo is { } turbo && TurboDecoder.TryDecode(turbo, file, name, options) is { } image) return image;
        return SkiaDecoder.Decode(file, name, options);
    }
}
