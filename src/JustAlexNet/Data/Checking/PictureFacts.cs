using System.Security.Cryptography;
using JustAlexNet.Imaging;
using JustAlexNet.Imaging.Decoding;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>What reading a whole picture file has shown.</summary>
internal sealed record PictureFacts
{
    /// <summary>Why it is no picture that can be read; null where it is one.</summary>
    public string? Fault { get; init; }

    /// <summary>The SHA-256 of the file, lower-case hexadecimal; null where it could not be opened.</summary>
    public string? Content { get; init; }

    /// <summary>What its headers say; null for another kind of file.</summary>
    public PictureHeader? Header { get; init; }

    /// <summary>Columns, upright; 0 where it cannot be read.</summary>
    public int Width { get; init; }

    /// <summary>Rows, upright.</summary>
    public int Height { get; init; }

    /// <summary>What it looks like; null where it cannot be read.</summary>
    public PictureLook? Look { get; init; }

    /// <summary>Reads a file and decodes every pixel of it. Thread-safe.</summary>
    public static PictureFacts Of(string path)
    {
        var facts = new PictureFacts();
        try
        {
            using var file = FileBytes.Read(path, DecodeOptions.Default.MaxBytes);
            facts = facts with { Content = Convert.ToHexStringLower(SHA256.HashData(file.Bytes)), Header = PictureHeader.Of(file.Bytes) };
            using var image = ImageDecoder.Decode(file.Bytes, path);
            return facts with { Width = image.Width, Height = image.Height, Look = PictureLook.Of(image) };
        }
        catch (ImageException fault)
        {
            return facts with { Fault = fault.Reason };
        }
    }
}

/// <summary>A picture of the data set under examination.</summary>
/// <param name="Path">Relative to the data set's folder, with <c>/</c>.</param>
/// <param name="File">The same as the caller's path leads to it.</param>
/// <param name="Part">See <see cref="CheckedClass.Parts"/>.</param>
/// <param name="Class">The name of its class folder.</param>
internal sealed record CheckedPicture(string Path, string File, string Part, string Class)
{
    /// <summary>The path below the class folder, with <c>/</c>.</summary>
    public required string Below { get; init; }

    /// <summary>What reading it has shown.</summary>
    public PictureFacts Facts { get; set; } = null!;

    /// <summary>Bytes of the file.</summary>
    public long Length { get; set; }

    /// <summary>Those of a folder, in its order; nothing is read.</summary>
    public static IEnumerable<CheckedPicture> In(FolderScan scan, string folder) =>
        from part in scan.Parts
        from found in part.Part.Classes
        from picture in found.Pictures
        select new CheckedPicture($"{RelativePath.Of(folder, found.Path)}/{picture}", System.IO.Path.Join(found.Path, picture.Replace('/', System.IO.Path.DirectorySeparatorChar)), part.Name, found.Name) { Below = picture };
}
