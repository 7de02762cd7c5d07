using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>From a file to the picture that its augmentation starts from, with no more pixels than <see cref="PhotoReading"/> asks for. Thread-safe.</summary>
internal sealed class PhotoOpening(Augmentation augmentation, int side, PhotoReading reading)
{
    private static readonly int[] Reductions = [1, 2, 4, 8];

    private readonly Dictionary<int, DecodeOptions> decoding = Reductions.ToDictionary(reduction => reduction, reduction => new DecodeOptions { HonourExifOrientation = augmentation.HonourExifOrientation, Reduction = reduction });
    private readonly Dictionary<int, PhotoForm> pictures = Reductions.ToDictionary(reduction => reduction, reduction => new PhotoForm($"1/{reduction}{(augmentation.HonourExifOrientation ? " upright" : "")}"));
    private readonly PhotoForm settled = new($"{(reading.Scaled ? "scaled" : "exact")}{(augmentation.HonourExifOrientation ? " upright" : "")}{(reading.Side is { } bound ? $" within {bound}" : "")}{(augmentation.Crop is null ? $" square {side}" : "")}");

    // Whether every epoch starts from the same pixels, whatever is drawn.
    private bool IsSettled => augmentation.Crop is null || reading.Side is not null;

    /// <summary>What is kept stands for as long as this is the same.</summary>
    public string Stage => augmentation.Crop is not null && reading.Side is not null ? "bounded" : $"{side}";

    /// <summary>Opens a photo and draws what is taken of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="random">The stream of this sample and epoch; moves on by one draw.</param>
    /// <param name="crop">The part, in the coordinates of the picture returned.</param>
    /// <returns>The caller's to dispose.</returns>
    /// <exception cref="ImageException">The file cannot be read as a picture.</exception>
    public ScaledImage Open(string path, SampleRandom random, out Crop crop)
    {
        using var file = new PhotoFile(path);
        if (!IsSettled && reading.Scaled && SizeOf(file) is { } size)
        {
            crop = augmentation.Draw(size.Width, size.Height, random);      // of the whole: what is read of it follows from that
            var reduction = PhotoFrame.ReductionFor(crop.Box.Width, crop.Box.Height, side, side);
            return reading.Cache?.Find(file, pictures[reduction]) ?? Kept(file, pictures[reduction], Decode(file, reduction));
        }
        var form = IsSettled ? settled : pictures[1];
        var photo = reading.Cache?.Find(file, form) ?? Kept(file, form, IsSettled ? Settled(file) : Decode(file, 1));
        crop = augmentation.Draw(photo.Width, photo.Height, random);
        return photo;
    }

    private ScaledImage Kept(PhotoFile file, PhotoForm form, ScaledImage photo)
    {
        reading.Cache?.Keep(file, form, photo);
        return photo;
    }

    private ScaledImage Decode(PhotoFile file, int reduction) => ImageDecoder.DecodeScaled(file.Bytes, file.Path, decoding[reduction]);

    private (int Width, int Height)? SizeOf(PhotoFile file)
    {
        if (reading.Cache?.Sizes is { } sizes && sizes.TryGetValue((file.Path, augmentation.HonourExifOrientation), out var known)) return known;
        (int, int)? size = PhotoFrame.Of(file.Bytes, decoding[1]) is { } frame ? (frame.Width, frame.Height) : null;
        reading.Cache?.Sizes.TryAdd((file.Path, augmentation.HonourExifOrientation), size);
        return size;
    }

    private ScaledImage Settled(PhotoFile file)
    {
        var photo = Bounded(Decode(file, ReductionOfWhole(file)));
        return reading.Cache is null || augmentation.Crop is not null ? photo : Resized(photo, side, side);     // what is not kept is squashed straight to its place
    }

    private int ReductionOfWhole(PhotoFile file)
    {
        if (!reading.Scaled || SizeOf(file) is not var (width, height)) return 1;
        var (columns, rows) = reading.Side is { } bound ? Within(width, height, bound) : (side, side);
        return PhotoFrame.ReductionFor(width, height, columns, rows);
    }

    private ScaledImage Bounded(ScaledImage photo) =>
        reading.Side is { } bound && Within(photo.Width, photo.Height, bound) is var (width, height) && (width, height) != (photo.Width, photo.Height) ? Resized(photo, width, height) : photo;

    private static ScaledImage Resized(ScaledImage photo, int width, int height)
    {
        using var larger = photo;
        var smaller = new RgbImage(width, height);
        photo.Resize(new(0, 0, photo.Width, photo.Height), smaller.Pixels, width, height);
        return new(smaller);
    }

    // torchvision's rule of Resize(bound), but for what is small enough.
    internal static (int Width, int Height) Within(int width, int height, int bound)
    {
        var (shorter, longer) = (Math.Min(width, height), Math.Max(width, height));
        if (shorter <= bound) return (width, height);
        var scaled = (int)((double)((long)bound * longer) / shorter);
        return width <= height ? (bound, scaled) : (scaled, bound);
    }
}
