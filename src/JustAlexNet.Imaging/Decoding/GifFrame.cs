using System.Buffers.Binary;

namespace JustAlexNet.Imaging.Decoding;

/// <summary>
/// The first frame of a GIF. Skia hides transparent pixels (black, alpha 0), Pillow keeps their palette colour; so the flag that makes them
/// transparent is cleared before decoding, and what the frame leaves uncovered is filled afterwards.
/// </summary>
internal readonly record struct GifFrame
{
    private const byte Extension = 0x21;
    private const byte GraphicControl = 0xF9;
    private const byte ImageDescriptor = 0x2C;

    private GifFrame(int flags, PixelBox box, int uncovered)
    {
        TransparencyFlags = flags;
        Box = box;
        Uncovered = uncovered;
    }

    /// <summary>Where the byte stands whose lowest bit makes a colour transparent; 0 if there is none.</summary>
    public int TransparencyFlags { get; }

    /// <summary>The part of the canvas that the frame covers.</summary>
    public PixelBox Box { get; }

    /// <summary>Where the three bytes of the colour stand that Pillow gives to the rest: the transparent one, else the first; 0 without a palette.</summary>
    public int Uncovered { get; }

    /// <returns>The first frame; null if the file ends before it.</returns>
    public static GifFrame? Find(ReadOnlySpan<byte> file)
    {
        if (file.Length < 13) return null;
        var palette = (file[10] & 0x80) != 0 ? 13 : 0;
        var at = 13 + PaletteBytes(file[10]);
        var flags = 0;
        var transparent = 0;
        while (at + 10 <= file.Length)
        {
            if (file[at] == ImageDescriptor)
            {
                if ((file[at + 9] & 0x80) != 0) palette = at + 10;
                var box = new PixelBox(Word(file, at + 1), Word(file, at + 3), Word(file, at + 5), Word(file, at + 7));
                return new(flags, box, palette != 0 && palette + 3 * transparent + 3 <= file.Length ? palette + 3 * transparent : 0);
            }
            if (file[at] != Extension) return null;
            if (file[at + 1] == GraphicControl)
            {
                var on = (file[at + 3] & 1) != 0;
                flags = on ? at + 3 : 0;
                transparent = on ? file[at + 6] : 0;
            }
            at += 2;
            while (at < file.Length && file[at] != 0) at += 1 + file[at];       // blocks of data, each behind its length
            at++;
        }
        return null;
    }

    /// <summary>Gives the canvas outside the frame its colour.</summary>
    public void FillUncovered(ReadOnlySpan<byte> file, RgbImage image)
    {
        var colour = Uncovered == 0 ? [0, 0, 0] : file.Slice(Uncovered, 3);
        var pixels = image.Pixels;
        for (var y = 0; y < image.Height; y++)
            for (var x = 0; x < image.Width; x++)
                if (x < Box.Left || x - Box.Left >= Box.Width || y < Box.Top || y - Box.Top >= Box.Height)
                    colour.CopyTo(pixels[((y * image.Width + x) * 3)..]);
    }

    private static int PaletteBytes(byte flags) => (flags & 0x80) != 0 ? 3 << ((flags & 7) + 1) : 0;

    private static int Word(ReadOnlySpan<byte> file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file[at..]);
}
