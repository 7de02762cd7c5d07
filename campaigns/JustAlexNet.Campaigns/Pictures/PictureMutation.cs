using System.Buffers.Binary;
using JustAlexNet.Imaging.Decoding;
using JustAlexNet.TestSupport;

namespace JustAlexNet.Campaigns.Pictures;

/// <summary>Makes a picture that nobody should send: by blind changes, and by changes where the format has them count.</summary>
internal static class PictureMutation
{
    private const int Head = 200;
    private static readonly long[] Sizes = [0, 1, 2, 3, 7, 255, 4096, 16383, 16384, 32767, 32768, 46340, 65500, 65535, 65536, 1 << 20, 1 << 24, int.MaxValue, uint.MaxValue];
    private static readonly string[] Endings = [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"];

    /// <summary>Draws a file.</summary>
    /// <returns>Its bytes, and the ending of its name, right or wrong.</returns>
    public static (byte[] Bytes, string Ending) Draw(Random random)
    {
        var (name, original) = Sample(random);
        var bytes = random.Next(11) switch
        {
            0 or 1 => Mutation.Of(original, random, Head),
            2 => original[..random.Next(original.Length)],
            3 => Mutation.Spliced(original, Sample(random).Bytes, random),
            4 or 5 => Sized(original, Size(random), Size(random)),
            6 => Coloured(original, random),
            7 => WithBlock(original, Exif(random), random, isExif: true),
            8 => WithBlock(original, Profile(random), random, isExif: false),
            9 => OfAnotherKind(original, random),
            _ => Mutation.Of(Coloured(Sized(original, Size(random) % 300, Size(random) % 300), random), random, Head),
        };
        return (bytes, random.Next(4) == 0 ? Endings[random.Next(Endings.Length)] : Path.GetExtension(name));
    }

    private static (string Name, byte[] Bytes) Sample(Random random) => PictureSamples.All[random.Next(PictureSamples.All.Count)];

    private static long Size(Random random) => random.Next(3) == 0 ? random.Next(1, 20_000) : Sizes[random.Next(Sizes.Length)];

    /// <summary>Other columns and rows in the header, as many bits of them as it has.</summary>
    private static byte[] Sized(byte[] original, long width, long height)
    {
        var bytes = original.ToArray();
        switch (Signature.Kind(bytes))
        {
            case PictureKind.Png:
                return Png.WithHeader(bytes, header =>
                {
                    BinaryPrimitives.WriteUInt32BigEndian(header, (uint)width);
                    BinaryPrimitives.WriteUInt32BigEndian(header[4..], (uint)height);
                });
            case PictureKind.Jpeg when Frame(bytes) is > 0 and var frame:
                BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(frame + 5), (ushort)height);
                BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(frame + 7), (ushort)width);
                break;
            case PictureKind.Bmp:
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(18), (int)width);
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(22), (int)height);
                break;
            case PictureKind.Gif:
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), (ushort)width);
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)height);
                if (width % 2 == 0 && bytes.AsSpan(13).IndexOf((byte)0x2C) is > 0 and var at && at + 23 < bytes.Length)
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(13 + at + 5), (ushort)width);
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(13 + at + 7), (ushort)height);
                }
                break;
            case PictureKind.WebP when bytes.AsSpan(12).StartsWith("VP8 "u8):
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(26), (ushort)(width & 0x3FFF));
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(28), (ushort)(height & 0x3FFF));
                break;
            case PictureKind.WebP when bytes.AsSpan(12).StartsWith("VP8L"u8):
                var flags = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(21)) & 0xF000_0000;
                BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(21), flags | (uint)(width & 0x3FFF) | (uint)(height & 0x3FFF) << 14);
                break;
            case PictureKind.WebP:
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(24), (int)(width & 0xFF_FFFF));
                BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(27), (int)(height & 0xFF_FFFF));
                break;
        }
        return bytes;
    }

    /// <summary>Other colours: bits, components, palettes, the transformation of CMYK, flags of animation and transparency.</summary>
    private static byte[] Coloured(byte[] original, Random random)
    {
        var bytes = original.ToArray();
        switch (Signature.Kind(bytes))
        {
            case PictureKind.Png:
                var (depth, colour) = ((byte)(1 << random.Next(6)), (byte)random.Next(8));
                return Png.WithHeader(bytes, header => (header[8], header[9], header[12]) = (depth, colour, (byte)random.Next(3)));
            case PictureKind.Jpeg when Frame(bytes) is > 0 and var frame:
                if (random.Next(3) == 0) bytes[frame + 1] = (byte)(0xC0 + random.Next(16));
                if (random.Next(3) == 0) bytes[frame + 4] = (byte)(random.Next(2) == 0 ? 12 : random.Next(20));
                if (random.Next(2) == 0) bytes[frame + 9] = (byte)random.Next(6);
                if (random.Next(2) == 0 && frame + 11 < bytes.Length) bytes[frame + 11] = (byte)random.Next(256);      // sampling of the first component
                return random.Next(2) == 0 ? bytes : Inserted(bytes, 0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, (byte)random.Next(4)]);
            case PictureKind.Bmp:
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(28), (ushort)new[] { 1, 2, 4, 8, 16, 24, 32, 64 }[random.Next(8)]);
                bytes[30] = (byte)random.Next(7);
                break;
            case PictureKind.Gif: bytes[10] = (byte)random.Next(256); break;
            default: bytes[Math.Min(20 + random.Next(4), bytes.Length - 1)] = (byte)random.Next(256); break;
        }
        return bytes;
    }

    private static byte[] OfAnotherKind(byte[] original, Random random) => random.Next(5) switch
    {
        0 => [.. Sample(random).Bytes.AsSpan(0, 12), .. original.AsSpan(Math.Min(12, original.Length))],      // another signature on the same body
        1 => [.. "<!DOCTYPE html>\n<html>"u8, .. original.AsSpan(0, Math.Min(60, original.Length))],
        2 => [.. "PK\u0003\u0004"u8, .. original],
        3 => Noise(random, random.Next(2000)),
        _ => [.. original.AsSpan(0, random.Next(1, 30)), .. Noise(random, random.Next(3000))],
    };

    /// <summary>A block of EXIF: a whole one with an orientation, changed, or noise.</summary>
    private static byte[] Exif(Random random)
    {
        byte[] whole = [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)random.Next(10), 0, 0, 0, 0, 0, 0];
        return random.Next(3) switch { 0 => whole, 1 => Mutation.Of(whole, random), _ => Noise(random, random.Next(300)) };
    }

    /// <summary>A colour profile: the 128 bytes of a header that claim anything, or noise.</summary>
    private static byte[] Profile(Random random)
    {
        var header = new byte[132 + random.Next(200)];
        BinaryPrimitives.WriteUInt32BigEndian(header, random.Next(2) == 0 ? (uint)header.Length : (uint)Size(random));
        "mntrRGB XYZ "u8.CopyTo(header.AsSpan(12));
        "acsp"u8.CopyTo(header.AsSpan(36));
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(128), (uint)Size(random));
        return random.Next(2) == 0 ? header : Noise(random, random.Next(1000));
    }

    private static byte[] WithBlock(byte[] original, byte[] block, Random random, bool isExif) => Signature.Kind(original) switch
    {
        PictureKind.Jpeg => Inserted(original, isExif ? (byte)0xE1 : (byte)0xE2, isExif ? [.. "Exif\0\0"u8, .. block] : [.. "ICC_PROFILE\0"u8, (byte)random.Next(3), (byte)random.Next(3), .. block]),
        PictureKind.Png => Png.Inserted(original, isExif ? "eXIf"u8 : "iCCP"u8, isExif ? block : [.. "profile\0\0"u8, .. block]),
        PictureKind.WebP => WithChunk(original, PictureSamples.Chunk(isExif ? "EXIF"u8 : "ICCP"u8, block)),
        _ => Mutation.Of(original, random, Head),
    };

    private static byte[] WithChunk(byte[] original, byte[] chunk)
    {
        byte[] bytes = [.. original, .. chunk];
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length - 8);
        return bytes;
    }

    /// <summary>A segment behind the first marker.</summary>
    private static byte[] Inserted(byte[] jpeg, byte marker, byte[] data) => [.. jpeg.AsSpan(0, 2), 0xFF, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data, .. jpeg.AsSpan(2)];

    /// <summary>Where a JPEG's frame begins; 0 where there is none, or no room for what is written into it.</summary>
    private static int Frame(byte[] jpeg)
    {
        for (var at = 2; at + 12 < jpeg.Length && jpeg[at] == 0xFF; at += 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(at + 2)))
            if (jpeg[at + 1] is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC)) return at;
        return 0;
    }

    private static byte[] Noise(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
