namespace JustAlexNet.Imaging.Operations;

/// <summary>Turns hues as torchvision's <c>adjust_hue</c> does on Pillow pictures, bit for bit: through Pillow's 8-bit HSV and back. In place; thread-safe.</summary>
/// <remarks>Source: <c>rgb2hsv_row</c> and <c>hsv2rgb</c> of Pillow 9.4's <c>Convert.c</c>; single and double precision change places where they do there.</remarks>
internal static class Hue
{
    private static readonly (int Sector, float Within)[] Sectors = [.. Enumerable.Range(0, 256).Select(SectorOf)];

    /// <summary>Adds a share of the circle to every hue. Even 0 changes colours a little: hue and saturation are rounded to 8 bits on the way.</summary>
    /// <param name="pixels">The picture.</param>
    /// <param name="turn">-0.5 to 0.5.</param>
    public static void Shift(Span<byte> pixels, double turn)
    {
        var shift = (byte)(int)(turn * 255);
        for (var i = 0; i + 2 < pixels.Length; i += 3)
        {
            var (red, green, blue) = (pixels[i], pixels[i + 1], pixels[i + 2]);
            var most = Math.Max(red, Math.Max(green, blue));
            var range = most - Math.Min(red, Math.Min(green, blue));
            if (range == 0) continue;
            var saturation = (byte)(int)(range / (float)most * 255.0);
            if (saturation == 0)
            {
                pixels[i] = pixels[i + 1] = pixels[i + 2] = most;
                continue;
            }
            var hue = (byte)(HueOf(red, green, blue, most, range) + shift);
            (pixels[i], pixels[i + 1], pixels[i + 2]) = Colour(hue, saturation, most);
        }
    }

    private static int HueOf(byte red, byte green, byte blue, byte most, float range)
    {
        float r = (most - red) / range, g = (most - green) / range, b = (most - blue) / range;
        var sixths = red == most ? b - g : green == most ? (float)(2.0 + r - b) : (float)(4.0 + g - r);
        var turn = sixths / 6.0 + 1.0;
        return (int)((float)(turn >= 1 ? turn - 1 : turn) * 255.0);
    }

    private static (byte Red, byte Green, byte Blue) Colour(byte hue, byte saturation, byte value)
    {
        var (sector, within) = Sectors[hue];
        var share = (float)(saturation / 255.0);
        var low = Rounded(value * (1.0 - share));
        return sector switch
        {
            0 => (value, Rounded(value * (1.0 - share * (1.0 - within))), low),
            1 => (Rounded(value * (1.0 - share * within)), value, low),
            2 => (low, value, Rounded(value * (1.0 - share * (1.0 - within)))),
            3 => (low, Rounded(value * (1.0 - share * within)), value),
            4 => (Rounded(value * (1.0 - share * (1.0 - within))), low, value),
            _ => (value, low, Rounded(value * (1.0 - share * within))),
        };
    }

    private static (int Sector, float Within) SectorOf(int hue)
    {
        var sixths = hue * 6.0 / 255.0;
        var sector = (int)Math.Floor(sixths);
        return (sector % 6, (float)(sixths - sector));
    }

    private static byte Rounded(double value) => (byte)(int)(value + 0.5);
}
