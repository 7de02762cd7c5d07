using JustAlexNet.Inference;
using JustAlexNet.Settings;

namespace JustAlexNet.Data;

/// <summary>A few operations, each drawn from fourteen, all at one strength.</summary>
/// <remarks>
/// Source: Cubuk and others 2019, arXiv 1909.13719; <c>RandAugment</c> of torchvision 0.14 with its tables (31 magnitudes), black outside: the operations bit for bit, the distribution the same,
/// the random numbers others. timm's <c>rand-m9</c> differs in the operations and varies the magnitude.
/// </remarks>
public sealed record RandAugment : PixelAugmentation
{
    private const int Bins = 31, Choices = (int)PolicyOperation.Invert;      // all but Invert
    private static readonly MagnitudeSpace Space = MagnitudeSpace.Usual(Bins);

    private static readonly Setting<int> MagnitudeSetting = new("randaugment_magnitude", "Strength of RandAugment's operations", ValueKinds.Whole(0, Bins - 1), 9) { Group = SettingGroup.Photos, When = AugmentedBy.Any("randaugment") };
    private static readonly Setting<int> OperationsSetting = new("randaugment_ops", "RandAugment's operations a photo", ValueKinds.Whole(1), 2) { Group = SettingGroup.Photos, When = AugmentedBy.Any("randaugment") };

    internal static readonly AugmentationRow Row = AugmentationRow.OfPixels("randaugment", "some operations of fourteen, all at one strength", [OperationsSetting, MagnitudeSetting],
        recipe => new RandAugment { Operations = recipe.Get(OperationsSetting), Magnitude = recipe.Get(MagnitudeSetting), Bilinear = recipe.Get(AugmentationSettings.Bilinear) });

    /// <inheritdoc/>
    public override string Name => Row.Name;

    /// <summary>How many a picture, 1 or more. Default 2 (torchvision's <c>num_ops</c>).</summary>
    public int Operations { get; init => field = AugmentedBy.Checked(OperationsSetting, value); } = OperationsSetting.Default;

    /// <summary>How strong, 0 to 30. Default 9.</summary>
    public int Magnitude { get; init => field = AugmentedBy.Checked(MagnitudeSetting, value); } = MagnitudeSetting.Default;

    /// <summary>Whether turned pictures mix neighbouring pixels. Default false, as torchvision.</summary>
    public bool Bilinear { get; init; }

    /// <inheritdoc/>
    public override void Apply(PictureSpan picture, SampleRandom random)
    {
        for (var i = 0; i < Operations; i++) Draw(picture, random).Apply(picture, Bilinear);
    }

    internal PolicyStep Draw(PictureSpan picture, SampleRandom random) => Space.Draw((PolicyOperation)random.NextInt(Choices), Magnitude, picture, random);
}
