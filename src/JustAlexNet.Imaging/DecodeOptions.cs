using System.Buffers;

namespace JustAlexNet.Imaging;

/// <summary>What a picture file may hold, and how it is read.</summary>
public sealed record DecodeOptions
{
    /// <summary>The defaults: upright pictures, Pillow's limit on pixels, one GiB of file.</summary>
    public static DecodeOptions Default { get; } = new();

    /// <summary>
    /// Whether the picture is turned and mirrored as its EXIF orientation tag says. Default true: phones store photos lying and say so there.
    /// torchvision's <c>ImageFolder</c> ignores the tag: set false to get its pixels.
    /// </summary>
    public bool HonourExifOrientation { get; init; } = true;

    /// <summary>
    /// The largest width x height, read from the header before memory for pixels is taken. Default 178,956,970, above which Pillow raises
    /// <c>DecompressionBombError</c> (it warns from half of that on; this reader does not). Four bytes a pixel are taken, 683 MiB at the limit.
    /// </summary>
    public long MaxPixels { get; init; } = 178_956_970;

    /// <summary>The largest file, in bytes. Default 1 GiB, more than an uncompressed picture of <see cref="MaxPixels"/> needs.</summary>
    public long MaxBytes { get; init; } = 1L << 30;

    /// <summary>A JPEG comes with 1 / 1 (default), 1 / 2, 1 / 4 or 1 / 8 of its columns and rows, rounded up, made so in the transform: see <see cref="ScaledImage"/>. Other kinds come whole.</summary>
    internal int Reduction { get; init; } = 1;

    /// <summary>Where memory for pixels comes from. Default: arrays that the process keeps for the next picture.</summary>
    internal MemoryPool<byte> Memory { get; init; } = MemoryPool<byte>.Shared;
}
