using SkiaSharp;

namespace JustAlexNet.Reports.Tests;

/// <summary>A PNG file's content, opened to look at its pixels.</summary>
internal sealed class Picture(byte[] png) : IDisposable
{
    private readonly SKBitmap pixels = SKBitmap.Decode(png);

    public int Width => pixels.Width;
    public int Height => pixels.Height;

    public SKColor At(int x, int y) => pixels.GetPixel(x, y);

    /// <summary>Pixels darker than mid-grey in a rectangle: text and lines.</summary>
    public int Dark(int left, int top, int right, int bottom)
    {
        var count = 0;
        for (var y = top; y < bottom; y++)
            for (var x = left; x < right; x++)
                if (At(x, y) is var c && c.Red + c.Green + c.Blue < 3 * 128) count++;
        return count;
    }

    /// <summary>Whether the outermost frame of pixels is all white: nothing was cut off.</summary>
    public bool HasWhiteRim()
    {
        for (var x = 0; x < Width; x++)
            if (At(x, 0) != SKColors.White || At(x, Height - 1) != SKColors.White) return false;
        for (var y = 0; y < Height; y++)
            if (At(0, y) != SKColors.White || At(Width - 1, y) != SKColors.White) return false;
        return true;
    }

    /// <summary>The names of a PNG file's chunks, in order, each once.</summary>
    public static string[] Chunks(byte[] png)
    {
        var names = new List<string>();
        for (var at = 8; at < png.Length; at += 12 + System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at)))
            names.Add(System.Text.Encoding.ASCII.GetString(png, at + 4, 4));
        return [.. names.Distinct()];
    }

    public void Dispose() => pixels.Dispose();
}
