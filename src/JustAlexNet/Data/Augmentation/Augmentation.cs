using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>How a training picture is varied: which part of it is resized to the square, and whether it is mirrored.</summary>
/// <remarks>
/// A closed set: <see cref="Basic"/> and <see cref="Standard"/>. Immutable and thread-safe. Normalisation is not part of it: it is that of
/// <see cref="Evaluation"/>, done on the device.
/// </remarks>
public abstract record Augmentation
{
    private protected Augmentation() { }

    /// <summary>The whole picture squashed to the square; half of them mirrored. Evaluation squashes too.</summary>
    public static Augmentation Basic { get; } = new BasicAugmentation();

    /// <summary>A random part of the picture (see <see cref="StandardAugmentation"/>); half of them mirrored. Evaluation takes the middle.</summary>
    public static Augmentation Standard { get; } = new StandardAugmentation();

    /// <summary>The name on the command line: <c>basic</c> or <c>standard</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether photos are turned upright as their EXIF tag says, in training and evaluation. Default true.</summary>
    public bool HonourExifOrientation { get; init; } = true;

    /// <summary>Draws what is done to one picture.</summary>
    /// <param name="width">The picture's width in pixels, 1 or more.</param>
    /// <param name="height">The picture's height in pixels, 1 or more.</param>
    /// <param name="random">The stream of this sample and epoch; moves on.</param>
    /// <returns>A box inside the picture, to be resized to the square, and whether the result is mirrored left to right (probability 1/2).</returns>
    public Crop Draw(int width, int height, SampleRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentNullException.ThrowIfNull(random);
        var box = DrawBox(width, height, random);
        return new(box, random.NextDouble() < 0.5);
    }

    /// <summary>The preprocessing that belongs to networks trained so: for validation, prediction and the checkpoint.</summary>
    /// <param name="side">S, the side of the network's input in pixels, 1 or more.</param>
    public Preprocessing Evaluation(int side) => EvaluationGeometry(side) with { HonourExifOrientation = HonourExifOrientation };

    private protected abstract PixelBox DrawBox(int width, int height, SampleRandom random);

    private protected abstract Preprocessing EvaluationGeometry(int side);
}

/// <summary>The original's recipe: squash to S x S, mirror half of the pictures; evaluation squashes to S x S.</summary>
public sealed record BasicAugmentation : Augmentation
{
    /// <inheritdoc/>
    public override string Name => "basic";

    private protected override PixelBox DrawBox(int width, int height, SampleRandom random) => new(0, 0, width, height);

    private protected override Preprocessing EvaluationGeometry(int side) => Preprocessing.Squash(side);
}

/// <summary>
/// ImageNet's usual recipe: RandomResizedCrop and mirroring; evaluation resizes the shorter side to round(S x 256 / 224) and takes the middle S x S.
/// </summary>
/// <remarks>
/// The box covers 8 to 100 % of the picture's area, evenly drawn, at a ratio of width to height from 3/4 to 4/3, evenly drawn on the logarithm;
/// after ten boxes that do not fit, the largest middle box within those ratios.
/// Source: Szegedy et al., arXiv 1409.4842, section 6; as <c>RandomResizedCrop.get_params</c> of torchvision 0.29 (its moments within three
/// standard errors; the random numbers themselves are others).
/// </remarks>
public sealed record StandardAugmentation : Augmentation
{
    /// <inheritdoc/>
    public override string Name => "standard";

    private protected override PixelBox DrawBox(int width, int height, SampleRandom random) => RandomResizedCrop.Draw(width, height, random);

    private protected override Preprocessing EvaluationGeometry(int side) => Preprocessing.ImageNet(side);
}

/// <summary>What augmentation does to one picture.</summary>
/// <param name="Box">The part that is resized to the square.</param>
/// <param name="Flip">Whether the result is mirrored left to right.</param>
public readonly record struct Crop(PixelBox Box, bool Flip);
