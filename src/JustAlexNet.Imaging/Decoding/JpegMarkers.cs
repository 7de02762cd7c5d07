using System.Buffers.Binary;

namespace JustAlexNet.Imaging.Decoding;

/// <summary>The segments of a JPEG before its first scan, and whether the picture has an end.</summary>
internal readonly ref struct JpegMarkers
{
    private readonly ReadOnlySpan<byte> file;
    private readonly int exif;                              // where the first block of EXIF data begins; 0 if there is none
    private readonly int exifEnd;

    public JpegMarkers(ReadOnlySpan<byte> file)
    {
        this.file = file;
        var at = 2;
        while (at + 4 <= file.Length && file[at] == 0xFF)
        {
            var marker = file[at + 1];
            if (marker == 0xFF)                             // filling
            {
                at++;
                continue;
            }
            if (marker is 0x01 or >= 0xD0 and <= 0xD7)      // stands alone
            {
                at += 2;
                continue;
            }
            var length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (marker == 0xDA)
            {
                Scan = at;
                return;
            }
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC) && at + 5 <= file.Length)
            {
                Process = marker;
                Precision = file[at + 4];
                if (at + 10 <= file.Length) Components = file[at + 9];
                if (at + 9 <= file.Length) (Height, Width) = (BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]), BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]));
            }
            if (marker == 0xE1 && exif == 0 && file[(at + 4)..].StartsWith("Exif\0"u8))     // and a byte of filling
            {
                exif = at + 10;
                exifEnd = Math.Min(at + 2 + length, file.Length);
            }
            at += 2 + length;
        }
        Scan = file.Length;
    }

    /// <summary>Where the first scan begins; the file's length if there is none.</summary>
    public int Scan { get; }

    /// <summary>The marker of the frame, which tells the way of coding; 0 if there is none.</summary>
    public int Process { get; }

    /// <summary>Bits of a colour value.</summary>
    public int Precision { get; }

    /// <summary>Colour components of a pixel: 1 is grey, 3 are colours, 4 are CMYK or YCCK; 0 where there is no frame.</summary>
    public int Components { get; }

    /// <summary>Columns, as stored; 0 where there is no frame.</summary>
    public int Width { get; }

    /// <summary>Rows, as stored; 0 where there is no frame.</summary>
    public int Height { get; }

    /// <summary>Whether the end marker follows the first scan. Coded data cannot contain it, a thumbnail stands before the scan.</summary>
    public bool HasEnd => file[Scan..].LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xD9]) >= 0;

    /// <summary>Whether it is a baseline or progressive JPEG in Huffman coding with 8 bits a colour, as nearly all are.</summary>
    public bool IsOrdinary => Process is 0xC0 or 0xC1 or 0xC2 && Precision == 8;

    /// <summary>The EXIF orientation, 1 to 8; 1, which means upright, if there is none.</summary>
    public int Orientation => exif == 0 || exif > exifEnd ? 1 : ExifTag.ReadOrientation(file[exif..exifEnd]);

    /// <summary>What about the coding makes it unreadable, or null.</summary>
    public string? Unsupported => Process switch
    {
        0 => null,
        0xC3 or 0xC7 or 0xCB or 0xCF => "it is a lossless JPEG; baseline and progressive ones are read",
        0xC5 or 0xC6 or 0xCD or 0xCE => "it is a hierarchical JPEG; baseline and progressive ones are read",
        _ when Precision != 8 => $"it is a JPEG with {Precision} bits a colour; 8 are read",
        _ => null,
    };
}
