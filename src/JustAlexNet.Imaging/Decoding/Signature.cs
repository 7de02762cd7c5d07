using System.Text;

namespace JustAlexNet.Imaging.Decoding;

/// <summary>Tells by its first bytes what a file is; names do not count.</summary>
internal static class Signature
{
    private const string Readable = "JPEG, PNG, WebP, BMP and GIF are read";

    /// <returns>The kind, or null for what is not read: see <see cref="Describe"/>.</returns>
    public static PictureKind? Kind(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return PictureKind.Jpeg;
        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])) return PictureKind.Png;
        if (file.StartsWith("RIFF"u8) && At(file, 8, "WEBP"u8)) return PictureKind.WebP;
        if (file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8)) return PictureKind.Gif;
        return file.StartsWith("BM"u8) ? PictureKind.Bmp : null;
    }

    /// <summary>Why a file of none of these kinds is not read.</summary>
    /// <param name="file">The file.</param>
    /// <param name="readable">Which ones are, where it is not all of them.</param>
    public static string Describe(ReadOnlySpan<byte> file, string readable = Readable)
    {
        if (file.IsEmpty) return "the file is empty (0 bytes)";
        return Other(file) is { } other ? $"it is {other}; {readable}" : $"it is no picture, it begins with {Beginning(file)}; {readable}";
    }

    private static string? Other(ReadOnlySpan<byte> file)
    {
        if (At(file, 4, "ftyp"u8)) return At(file, 8, "avi"u8) ? "an AVIF file" : At(file, 8, "he"u8) || At(file, 8, "mif1"u8) ? "a HEIC file" : "a video file";
        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) || file.StartsWith("II+\0"u8)) return "a TIFF file (or a camera's raw file)";
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || At(file, 4, "JXL "u8)) return "a JPEG XL file";
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51]) || At(file, 4, "jP  "u8)) return "a JPEG 2000 file";
        if (file.StartsWith("8BPS"u8)) return "a Photoshop file";
        if (file.StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0])) return "an icon file";
        if (file.StartsWith("%PDF"u8)) return "a PDF file";
        if (file.StartsWith("PK"u8)) return "a zip archive";
        return null;
    }

    private static bool At(ReadOnlySpan<byte> file, int offset, ReadOnlySpan<byte> bytes) => file.Length >= offset && file[offset..].StartsWith(bytes);

    /// <summary>The first bytes as text if they are some, else as numbers.</summary>
    private static string Beginning(ReadOnlySpan<byte> file)
    {
        var start = file[..Math.Min(file.Length, 16)];
        return start.IndexOfAnyExceptInRange((byte)' ', (byte)'~') is var odd && (odd < 0 || (odd > 3 && start[odd] is (byte)'\n' or (byte)'\r' or (byte)'\t'))
            ? $"\"{Encoding.ASCII.GetString(odd < 0 ? start : start[..odd])}\""
            : $"the bytes {Convert.ToHexString(start[..Math.Min(start.Length, 8)])}";
    }
}
