using JustAlexNet.Imaging;
using SkiaSharp;

namespace JustAlexNet.Bench.Sides;

/// <summary>Photos of any number of megapixels, made by enlarging real ones: smoother than those of a camera, so their files are smaller and decode a little faster. Made once, in <c>out/bench</c>.</summary>
internal static class LargePhotos
{
    private const int Photos = 24, Quality = 90;

    /// <summary>Where they stand: a folder of class folders, as <see cref="BenchPhotos"/> reads it.</summary>
    public static string FolderOf(string megapixels) => Path.Combine(Checkout.Root, "out", "bench", $"photos-{megapixels}mp");

    /// <summary>Makes them where they are not there yet.</summary>
    /// <param name="folder">The photos that are enlarged, or made smaller.</param>
    /// <param name="megapixels">Millions of pixels, as written on the command line.</param>
    /// <returns>Their folder.</returns>
    public static string Make(string folder, string megapixels)
    {
        var target = FolderOf(megapixels);
        var pixels = 1e6 * double.Parse(megapixels, System.Globalization.CultureInfo.InvariantCulture);
        var (samples, _) = BenchPhotos.Of(folder, Photos);
        foreach (var (i, sample) in samples.Index())
        {
            var path = Path.Combine(target, "train", $"class{i % 2}", $"{i:00}.jpg");
            if (File.Exists(path)) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path + ".part", Enlarged(sample.Path, pixels));
            File.Move(path + ".part", path);
        }
        return target;
    }

    private static byte[] Enlarged(string path, double pixels)
    {
        using var photo = ImageDecoder.Decode(path);
        var factor = Math.Sqrt(pixels / ((double)photo.Width * photo.Height));
        using var large = new RgbImage((int)Math.Round(photo.Width * factor), (int)Math.Round(photo.Height * factor));
        Resizer.Resize(photo, PixelBox.Whole(photo), large.Pixels, large.Width, large.Height, Interpolation.Bicubic);
        using var bitmap = new SKBitmap(large.Width, large.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var rgba = bitmap.GetPixelSpan();
        for (var i = 0; i < large.Width * large.Height; i++)
        {
            large.Pixels.Slice(3 * i, 3).CopyTo(rgba[(4 * i)..]);
            rgba[4 * i + 3] = 255;
        }
        using var file = bitmap.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return file.ToArray();
    }
}
