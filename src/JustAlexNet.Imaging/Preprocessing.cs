using JustAlexNet.Imaging.Resizing;

namespace JustAlexNet.Imaging;

/// <summary>
/// How a photo becomes the input of a network: the one description used in validation, prediction, evaluation, export and serving.
/// It is stored with every checkpoint, and nothing guesses one.
/// </summary>
/// <remarks>Immutable and thread-safe. Two are equal when all values are. The channel order is red, green, blue; resizing is antialiased.</remarks>
public sealed record Preprocessing
{
    /// <summary>The largest S: the S x S x 3 bytes of one picture must fit into an array.</summary>
    public const int LargestSide = 26_754;      // the square root of 2^31 / 3

    /// <param name="geometry">How a picture becomes S x S.</param>
    public Preprocessing(Geometry geometry)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        Geometry = geometry;
    }

    /// <summary>How a picture becomes S x S.</summary>
    public Geometry Geometry { get; }

    /// <summary>The kernel of the resize. Default bilinear, with which torchvision's AlexNet, ResNet and DenseNet weights were measured.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>Subtracted from each channel, on the scale 0 to 1. Default ImageNet's.</summary>
    public ChannelValues Mean { get; init; } = ChannelValues.ImageNetMean;

    /// <summary>What each channel is then divided by, on the scale 0 to 1. Default ImageNet's.</summary>
    public ChannelValues Deviation { get; init; } = ChannelValues.ImageNetDeviation;

    /// <summary>Whether pictures are turned as their EXIF tag says: see <see cref="DecodeOptions.HonourExifOrientation"/>. Default true.</summary>
    public bool HonourExifOrientation { get; init; } = true;

    /// <summary>S, where the result is S x S pixels.</summary>
    public int Side => Geometry.ResultSide;

    /// <summary>The whole picture resized to side x side, everything else as default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The side is below 1.</exception>
    public static Preprocessing Squash(int side) => new(new Squash(side));

    /// <summary>
    /// ImageNet's usual evaluation: the shorter side resized to round(side x 256 / 224), the middle side x side taken, everything else as default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The side is below 1.</exception>
    public static Preprocessing ImageNet(int side)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(side, 1);
        return new(new ShorterSideCrop((int)Math.Round(side * 256.0 / 224.0), side));
    }

    /// <summary>What is wrong with a side in pixels, as a sentence; null if nothing is.</summary>
    public static string? SideFault(int side) => side is >= 1 and <= LargestSide ? null
        : $"`image_size` is {side}, expected 1 to {LargestSide}{(side > LargestSide ? " (a photo of more takes above 2 GiB; 224 is usual)" : "")}";

    /// <summary>Reads back what <see cref="ToDictionary"/> wrote, from a checkpoint or from JSON.</summary>
    /// <param name="values">Text, whole numbers, decimal numbers, truth values and lists of numbers.</param>
    /// <exception cref="PreprocessingException">Keys are missing or unknown, or values have the wrong type or range: all faults are listed.</exception>
    public static Preprocessing FromDictionary(IReadOnlyDictionary<string, object?> values) => PreprocessingEntries.Read(values);

    /// <summary>
    /// The same as plain entries, to be stored: <c>geometry</c> ("squash" with <c>side</c>, or "shorter-side-crop" with <c>resize_side</c> and
    /// <c>crop_side</c>), <c>interpolation</c> ("bilinear" or "bicubic"), <c>antialias</c> (true), <c>mean</c> and <c>std</c> (lists of three,
    /// scale 0 to 1), <c>channel_order</c> ("RGB") and <c>honour_exif_orientation</c>. In this order.
    /// </summary>
    /// <returns>A new dictionary of <see cref="string"/>, <see cref="long"/>, <see cref="bool"/> and <see cref="List{T}"/> of <see cref="object"/> holding <see cref="double"/>.</returns>
    public IReadOnlyDictionary<string, object> ToDictionary() => PreprocessingEntries.Write(this);

    /// <summary>
    /// Makes the S x S pixels from a decoded picture. Values stay 0 to 255: normalisation, <c>(v / 255 - mean) / deviation</c>, comes later.
    /// </summary>
    /// <param name="image">Decoded with this description's <see cref="HonourExifOrientation"/>; not changed.</param>
    /// <param name="target">Receives S x S x 3 bytes, row by row, RGB; longer is fine.</param>
    /// <exception cref="ArgumentException">The target is too short.</exception>
    /// <remarks>Source: torchvision 0.29's <c>Resize</c> and <c>CenterCrop</c> on Pillow 13 pictures, bit for bit.</remarks>
    public void Apply(RgbImage image, Span<byte> target)
    {
        ArgumentNullException.ThrowIfNull(image);
        switch (Geometry)
        {
            case Squash squash:
                Resizer.Resize(image, PixelBox.Whole(image), target, squash.Side, squash.Side, Interpolation);
                break;
            case ShorterSideCrop crop:
                ResizeAndCrop.Apply(image, crop, Interpolation, target);
                break;
        }
    }
}
