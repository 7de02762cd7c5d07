using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>Single pictures as the loader makes them, to be looked at.</summary>
public static class TrainingPictures
{
    /// <summary>What training sees of one sample in one epoch: the very pixels that <see cref="Loader.Training"/> with the same seed hands out.</summary>
    /// <param name="samples">The training pictures in their order.</param>
    /// <param name="index">The sample's place in that list.</param>
    /// <param name="epoch">The epoch, 0 or more.</param>
    /// <param name="augmentation">How pictures are varied.</param>
    /// <param name="side">S, 1 or more.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="reading">How it is read. Null for the default, as the loader's.</param>
    /// <returns>S x S pixels, the caller's to dispose.</returns>
    /// <exception cref="ImageException">The file cannot be read as a picture.</exception>
    public static RgbImage Augmented(IReadOnlyList<Sample> samples, int index, int epoch, Augmentation augmentation, int side, long seed, PhotoReading? reading = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(augmentation);
        return Made(side, target => new TrainingPreparation(augmentation, side, seed, reading ?? new()).Prepare(samples[index].Path, epoch, index, target));
    }

    /// <summary>The whole picture, made smaller (or larger) until it fits into a square, on white.</summary>
    /// <param name="path">The file.</param>
    /// <param name="side">The square's side, 1 or more.</param>
    /// <param name="honourExif">Whether it is turned upright as its EXIF tag says.</param>
    /// <returns>side x side pixels, the caller's to dispose.</returns>
    /// <exception cref="ImageException">The file cannot be read as a picture.</exception>
    public static RgbImage Whole(string path, int side, bool honourExif = true)
    {
        using var image = ImageDecoder.Decode(path, new DecodeOptions { HonourExifOrientation = honourExif });
        var longer = Math.Max(image.Width, image.Height);
        var (width, height) = (Scaled(image.Width), Scaled(image.Height));
        using var small = new RgbImage(width, height);
        Resizer.Resize(image, PixelBox.Whole(image), small.Pixels, width, height, Interpolation.Bilinear);
        return Made(side, square =>
        {
            square.Fill(byte.MaxValue);
            for (var y = 0; y < height; y++) small.Pixels.Slice(y * width * 3, width * 3).CopyTo(square[((y + (side - height) / 2) * side * 3 + (side - width) / 2 * 3)..]);
        });

        int Scaled(int length) => Math.Max(1, (int)Math.Round((double)length * side / longer));
    }

    private delegate void Filling(Span<byte> pixels);

    private static RgbImage Made(int side, Filling fill)
    {
        var picture = new RgbImage(side, side);
        try
        {
            fill(picture.Pixels);
            return picture;
        }
        catch
        {
            picture.Dispose();
            throw;
        }
    }
}
