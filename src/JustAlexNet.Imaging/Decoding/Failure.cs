using System.Buffers.Binary;
using System.Globalization;
using SkiaSharp;

namespace JustAlexNet.Imaging.Decoding;

/// <summary>Why Skia could not read a file, for people: with expected and received where the format tells.</summary>
internal static class Failure
{
    /// <summary>The header could not be read.</summary>
    public static string OfHeader(ReadOnlySpan<byte> file, PictureKind kind) => Shortened(file, kind) ?? $"the {Name(kind)}'s header is damaged";

    /// <summary>The pixels could not be read, or not all of them. <paramref name="rows"/>: how many could be, of how many; null where that is not known.</summary>
    public static string OfPixels(ReadOnlySpan<byte> file, PictureKind kind, SKCodecResult result, (int Done, int All)? rows) => result switch
    {
        SKCodecResult.IncompleteInput => Shortened(file, kind) ?? (rows is var (done, all) && done < all
            ? $"the {Name(kind)} ends after {Text.Number(file.Length)} bytes, within row {Text.Number(done + 1)} of {Text.Number(all)}"
            : $"the {Name(kind)} ends after {Text.Number(file.Length)} bytes, before its picture does"),
        SKCodecResult.ErrorInInput => $"the {Name(kind)}'s pixel data is damaged",
        _ => $"the {Name(kind)}'s header or pixel data is damaged ({result})",
    };

    /// <summary>Pixels would come out, but its end is missing: some of them would be made up.</summary>
    public static string WithoutEnd(ReadOnlySpan<byte> file) => $"the JPEG ends after {Text.Number(file.Length)} bytes without its end marker";

    public static string Name(PictureKind kind) => kind switch
    {
        PictureKind.WebP => "WebP",
        _ => kind.ToString().ToUpperInvariant(),
    };

    /// <summary>Says by how much the file is too short, if its headers tell.</summary>
    private static string? Shortened(ReadOnlySpan<byte> file, PictureKind kind)
    {
        long? expected = kind switch
        {
            PictureKind.Png => PngChunks.ExpectedBytes(file),
            PictureKind.Bmp => BmpHeader.ExpectedBytes(file),
            PictureKind.WebP when file.Length >= 8 => 8L + BinaryPrimitives.ReadUInt32LittleEndian(file[4..]),
            _ => null,
        };
        var least = kind == PictureKind.Png ? "at least " : "";
        return expected > file.Length
            ? $"the {Name(kind)} ends after {Text.Number(file.Length)} of {least}{Text.Number(expected.Value)} expected bytes"
            : null;
    }
}

/// <summary>Numbers for people.</summary>
internal static class Text
{
    /// <summary>1234567 as "1,234,567".</summary>
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>Refuses a picture by its header, before memory for its pixels is taken.</summary>
internal static class PixelLimit
{
    // In Huffman coding a block of 64 values takes a bit at least, and stands for 128 pixels at most: of two components, 4 x 1 and 1 x 4 values an MCU of 32 x 32 pixels.
    private const int MostPixelsOfAJpegByte = 8 * 128;

    /// <exception cref="ImageException">The picture has more pixels than the options allow, than one array holds at four bytes each, or than a JPEG or PNG of its length can hold.</exception>
    public static void Check(long width, long height, ReadOnlySpan<byte> file, string name, DecodeOptions options)
    {
        var limit = Math.Min(options.MaxPixels, (Array.MaxLength - RgbImage.Slack) / 4);
        if (width * height > limit)
            throw new ImageException(name, $"it has {Text.Number(width)} x {Text.Number(height)} = {Text.Number(width * height)} pixels, the limit is {Text.Number(limit)}");
        if (LeastBytes(width, height, file) is var least && least > file.Length)
            throw new ImageException(name, $"the {Failure.Name(Signature.Kind(file)!.Value)} ends after {Text.Number(file.Length)} of at least {Text.Number(least)} expected bytes, for {Text.Number(width)} x {Text.Number(height)} pixels");
    }

    /// <summary>Bytes that a file of so many pixels has at least, whatever they are; 0 where the format says nothing about it.</summary>
    private static long LeastBytes(long width, long height, ReadOnlySpan<byte> file) => Signature.Kind(file) switch
    {
        PictureKind.Jpeg when new JpegMarkers(file).IsOrdinary => width * height / MostPixelsOfAJpegByte,
        PictureKind.Png => PngChunks.LeastBytes(width, height, file),
        _ => 0,
    };
}
