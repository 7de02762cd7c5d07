using JustAlexNet.Bench;
using SkiaSharp;

namespace JustAlexNet.Campaigns.Numbers;

/// <summary>Small data sets from which little can be learned.</summary>
internal static class OddPictures
{
    private const int Side = 64, Training = 6, Validation = 3;

    /// <summary>Draws one.</summary>
    /// <param name="folder">Receives train/ and val/, a folder a class.</param>
    /// <param name="random">Decides.</param>
    /// <returns>What it is, for the counts, and its folder.</returns>
    public static (string Kind, string Folder) Make(string folder, Random random)
    {
        var kind = random.Next(6);
        string[] classes = ["a", "b", "c"];
        foreach (var (name, label) in classes.Select((name, label) => (name, label)))
            foreach (var (part, count) in new[] { ("train", Training), ("val", Validation) })
            {
                var target = Directory.CreateDirectory(Path.Combine(folder, part, name)).FullName;
                var isAbsent = kind == 4 && label == 2 && (part == "train" || random.Next(2) == 0);
                for (var i = 0; i < count && !isAbsent; i++) Write(Path.Combine(target, $"{i}.png"), kind, label, i, random);
            }
        return (new[] { "all black", "all white", "black or white by class", "noise", "a class without pictures", "a class whose pictures are damaged" }[kind], folder);
    }

    private static void Write(string path, int kind, int label, int number, Random random)
    {
        if (kind == 5 && label == 2)
        {
            File.WriteAllBytes(path, File.ReadAllBytes(Path.Combine(Checkout.Root, "samples", "test.png"))[..2000]);
            return;
        }
        using var bitmap = new SKBitmap(Side, Side, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var grey = kind switch { 0 => 0, 1 => 255, 2 => label % 2 * 255, _ => -1 };
        for (var y = 0; y < Side; y++)
            for (var x = 0; x < Side; x++)
                bitmap.SetPixel(x, y, grey < 0 ? new SKColor((byte)random.Next(256), (byte)random.Next(256), (byte)(label * 80 + number)) : new SKColor((byte)grey, (byte)grey, (byte)grey));
        using var file = File.Create(path);
        bitmap.Encode(file, SKEncodedImageFormat.Png, 100);
    }
}
