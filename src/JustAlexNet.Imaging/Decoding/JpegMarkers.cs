using System.Buffers.Binary;

namespace JustAlexNet.Imaging.Decoding;

/// <summary>The segments of a JPEG before its first scan, and whether the picture has an end.</summary>
internal readonly ref struct JpegMarkers
{
    private readonly ReadOnlySpan<byte> file;

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

    /// <summary>Whether the end marker follows the first scan. Coded data cannot contain it, a thumbnail stands before the scan.</summary>
    public bool HasEnd => file[Scan..].LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xD9]) >= 0;

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
