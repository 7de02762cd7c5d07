using JustAlexNet.Imaging.Operations;
using JustAlexNet.Inference;
using JustAlexNet.Settings;

namespace JustAlexNet.Data;

/// <summary>Turns every picture about its middle by a random angle; what comes in from outside is black.</summary>
/// <remarks>Source: <c>RandomRotation</c> of torchvision 0.14 on Pillow pictures: the rotation bit for bit, the distribution the same, the random numbers others.</remarks>
public sealed record RandomRotation : PixelAugmentation
{
    private static readonly Setting<double> DegreesSetting = new("rotation_degrees", "Greatest angle by which photos are turned, either way", ValueKinds.Real("0 to 180", degrees => degrees is >= 0 and <= 180), 15)
    {
        Group = SettingGroup.Photos, Unit = "DEGREES", When = AugmentedBy.Any("rotation"),
    };

    internal static readonly AugmentationRow Row = AugmentationRow.OfPixels("rotation", "photos turned", [DegreesSetting],
        recipe => new RandomRotation { Degrees = recipe.Get(DegreesSetting), Bilinear = recipe.Get(AugmentationSettings.Bilinear) });

    /// <inheritdoc/>
    public override string Name => Row.Name;

    /// <summary>The greatest angle either way, 0 to 180. Default 15 (torchvision has no default).</summary>
    public double Degrees { get; init => field = AugmentedBy.Checked(DegreesSetting, value); } = DegreesSetting.Default;

    /// <summary>Whether neighbouring pixels are mixed. Default false, as torchvision.</summary>
    public bool Bilinear { get; init; }

    /// <inheritdoc/>
    public override void Apply(PictureSpan picture, SampleRandom random) =>
        Warp.Apply(picture.Pixels, picture.Width, picture.Height, AffineMap.Rotation(random.NextDouble(-Degrees, Degrees), picture.Width, picture.Height), Bilinear);
}
