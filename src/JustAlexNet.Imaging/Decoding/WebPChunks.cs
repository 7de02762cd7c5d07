using System.Buffers.Binary;

namespace JustAlexNet.Imaging.Decoding;

/// <summary>Walks a WebP file's chunks (RIFF: a name, a length, the data, a byte of filling where the length is odd).</summary>
internal static class WebPChunks
{
    private const int Head = 8;

    /// <summary>The orientation in the EXIF chunk; 1, which means upright, if there is none.</summary>
    public static int Orientation(ReadOnlySpan<byte> file)
    {
        for (var at = 12L; at + Head <= file.Length;)
        {
            var chunk = file[(int)at..];
            long length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (chunk.StartsWith("EXIF"u8)) return ExifTag.ReadOrientation(chunk.Slice(Head, (int)Math.Min(length, chunk.Length - Head)));
            at += Head + length + length % 2;
        }
        return 1;
    }
}
