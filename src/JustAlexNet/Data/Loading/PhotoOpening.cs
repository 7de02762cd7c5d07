using JustAlexNet.Imaging;
using JustAlexNet.Imaging.Decoding;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>From a file to the picture that its augmentation starts from, with no more pixels than <see cref="PhotoReading"/> asks for. Thread-safe.</summary>
internal sealed class PhotoOpening(Augmentation augmentation, int side, PhotoReading reading)
{
    private readonly Dictionary<int, DecodeOptions> decoding = new[] { 1, 2, 4, 8 }.ToDictionary(reduction => reduction, reduction => new DecodeOptions { HonourExifOrientation = augmentation.HonourExifOrientation, Reduction = reduction });

    /// <summary>Opens a photo and draws what is taken of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="random">The stream of this sample and epoch; moves on by one draw.</param>
    /// <param name="crop">The part, in the coordinates of the picture returned.</param>
    /// <returns>The caller's to dispose.</returns>
    /// <exception cref="ImageException">The file cannot be read as a picture.</exception>
    public ScaledImage Open(string path, SampleRandom random, out Crop crop)
    {
        using var file = FileBytes.Read(path, DecodeOptions.Default.MaxBytes);
        if (augmentation.Crop is not null && reading is { Scaled: true, Side: null } && SizeOf(file.Bytes) is { } size)
        {
            crop = augmentation.Draw(size.Width, size.Height, random);      // of the whole: what is read of it follows from that
            return Decode(file.Bytes, path, PhotoFrame.ReductionFor(crop.Box.Width, crop.Box.Height, side, side));
        }
        var photo = Bounded(Decode(file.Bytes, path, augmentation.Crop is not null && reading.Side is null ? 1 : ReductionOfWhole(file.Bytes)));
        crop = augmentation.Draw(photo.Width, photo.Height, random);
        return photo;
    }

    private ScaledImage Decode(ReadOnlySpan<byte> file, string path, int reduction) => ImageDecoder.DecodeScaled(file, path, decoding[reduction]);

    private (int Width, int Height)? SizeOf(ReadOnlySpan<byte> file) => PhotoFrame.Of(file, decoding[1]) is { } frame ? (frame.Width, frame.Height) : null;

    private int ReductionOfWhole(ReadOnlySpan<byte> file)
    {
        if (!reading.Scaled || SizeOf(file) is not var (width, height)) return 1;
        var (columns, rows) = reading.Side is { } bound ? Within(width, height, bound) : (side, side);
        return PhotoFrame.ReductionFor(width, height, columns, rows);
    }

    private ScaledImage Bounded(ScaledImage photo)
    {
        if (reading.Side is not { } bound || Within(photo.Width, photo.Height, bound) is var (width, height) && (width, height) == (photo.Width, photo.Height)) return photo;
        using var larger = photo;
        var smaller = new RgbImage(width, height);
        photo.Resize(new(0, 0, photo.Width, photo.Height), smaller.Pixels, width, height);
        return new(smaller);
    }

    // torchvision's rule of Resize(bound), but for what is small enough.
    private static (int Width, int Height) Within(int width, int height, int bound)
    {
        var (shorter, longer) = (Math.Min(width, height), Math.Max(width, height));
        if (shorter <= bound) return (width, height);
        var scaled = (int)((double)((long)bound * longer) / shorter);
        return width <= height ? (bound, scaled) : (scaled, bound);
    }
}
