using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Settings;

namespace JustAlexNet.Data;

/// <summary>How a training picture is varied: which part of it becomes the square, whether that is mirrored, and what is done to its pixels then.</summary>
/// <remarks>
/// Immutable and thread-safe; two are equal when all they do is equal. Normalisation is not part of it: it is that of <see cref="Evaluation"/>, done on the device.
/// By names, as recipes have it: <see cref="AugmentationCatalogue.Of(Recipe)"/>. In code: <c>Augmentation.Standard with { Pixels = [new RandAugment(), new RandomErasing()] }</c>.
/// </remarks>
public sealed record Augmentation
{
    /// <summary>The whole picture squashed to the square, and nothing else.</summary>
    public static Augmentation None { get; } = new();

    /// <summary>The original's recipe: the whole picture squashed to the square; half of them mirrored. Evaluation squashes too.</summary>
    public static Augmentation Basic { get; } = new() { Flip = new() };

    /// <summary>ImageNet's usual recipe: a random part of the picture; half of them mirrored. Evaluation resizes the shorter side to round(S x 256 / 224) and takes the middle S x S.</summary>
    public static Augmentation Standard { get; } = new() { Crop = new(), Flip = new() };

    /// <summary>Which part of the picture becomes the square. Default null: all of it, squashed.</summary>
    public RandomResizedCrop? Crop { get; init; }

    /// <summary>Whether the square is mirrored. Default null: never.</summary>
    public HorizontalFlip? Flip { get; init; }

    /// <summary>What is done to the pixels of the square afterwards, in this order. Default: nothing.</summary>
    public ValueList<PixelAugmentation> Pixels { get; init; } = [];

    /// <summary>The mean that normalisation subtracts, on the scale 0 to 1: what is erased gets this colour. Default ImageNet's.</summary>
    public ChannelValues Mean { get; init; } = ChannelValues.ImageNetMean;

    /// <summary>Whether photos are turned upright as their EXIF tag says, in training and evaluation. Default true.</summary>
    public bool HonourExifOrientation { get; init; } = true;

    /// <summary>Its parts as a recipe names them, such as <c>standard,randaugment,erasing</c>; <c>none</c> where there are none.</summary>
    public string Name => string.Join(',', [.. GeometryNames(), .. Pixels.Select(step => step.Name)]) is { Length: > 0 } names ? names : AugmentationSettings.NoneWord;

    /// <summary>Draws which part of one picture is taken, and whether it is mirrored.</summary>
    /// <param name="width">The picture's width in pixels, 1 or more.</param>
    /// <param name="height">The picture's height in pixels, 1 or more.</param>
    /// <param name="random">The stream of this sample and epoch; moves on.</param>
    /// <returns>A box inside the picture, to be resized to the square, and whether the result is mirrored left to right.</returns>
    public Crop Draw(int width, int height, SampleRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentNullException.ThrowIfNull(random);
        var box = Crop?.Draw(width, height, random) ?? new PixelBox(0, 0, width, height);
        return new(box, Flip?.Draw(random) ?? false);
    }

    /// <summary>Makes a square of training pixels from a picture: <see cref="Draw"/>, resize (antialiased bilinear), mirror, then <see cref="Pixels"/>.</summary>
    /// <param name="image">Decoded with this augmentation's <see cref="HonourExifOrientation"/>; not changed.</param>
    /// <param name="random">The stream of this sample and epoch; moves on.</param>
    /// <param name="target">Receives side x side x 3 bytes, row by row, RGB; longer is fine, the rest stays as it was.</param>
    /// <param name="side">S, 1 or more.</param>
    /// <exception cref="ArgumentException">The target is too short.</exception>
    public void Apply(RgbImage image, SampleRandom random, Span<byte> target, int side)
    {
        ArgumentNullException.ThrowIfNull(image);
        var crop = Draw(image.Width, image.Height, random);
        Resizer.Resize(image, crop.Box, target, side, side, Interpolation.Bilinear, crop.Flip);
        Change(target, random, side);
    }

    /// <summary>The same of what was drawn already, of a picture that may have fewer pixels than its file.</summary>
    internal void Apply(ScaledImage photo, Crop crop, SampleRandom random, Span<byte> target, int side)
    {
        photo.Resize(crop.Box, target, side, side, crop.Flip);
        Change(target, random, side);
    }

    private void Change(Span<byte> target, SampleRandom random, int side)
    {
        if (Pixels.Count == 0) return;
        var square = new PictureSpan(target[..(side * side * 3)], side, side, Mean);
        for (var i = 0; i < Pixels.Count; i++) Pixels[i].Apply(square, random);
    }

    /// <summary>The preprocessing that belongs to networks trained so: for validation, prediction and the checkpoint.</summary>
    /// <param name="side">S, the side of the network's input in pixels, 1 or more.</param>
    public Preprocessing Evaluation(int side) =>
        (Crop is null ? Preprocessing.Squash(side) : Preprocessing.ImageNet(side)) with { HonourExifOrientation = HonourExifOrientation, Mean = Mean };

    private IEnumerable<string> GeometryNames() => (Crop, Flip) switch
    {
        (null, null) => [],
        (null, _) => [Pixels.Count == 0 ? AugmentationCatalogue.Basic : HorizontalFlip.Name],
        (_, null) => [RandomResizedCrop.Name],
        _ => [AugmentationCatalogue.Standard],
    };
}

/// <summary>Which part of a picture becomes the square.</summary>
/// <param name="Box">The part that is resized to the square.</param>
/// <param name="Flip">Whether the result is mirrored left to right.</param>
public readonly record struct Crop(PixelBox Box, bool Flip);
