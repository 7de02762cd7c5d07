using JustAlexNet.Imaging.Operations;
using JustAlexNet.Inference;
using JustAlexNet.Settings;

namespace JustAlexNet.Data;

/// <summary>Takes the colour from some pictures: red, green and blue become equal.</summary>
/// <remarks>Source: <c>RandomGrayscale</c> of torchvision 0.14, bit for bit (ITU-R 601-2).</remarks>
public sealed record RandomGrey : PixelAugmentation
{
    private static readonly Setting<double> ProbabilitySetting = new("grey_probability", "Share of the photos that lose their colour", Shares.Any, 0.1)
    {
        Group = SettingGroup.Photos, Unit = "SHARE", When = AugmentedBy.Any("grey"),
    };

    internal static readonly AugmentationRow Row = AugmentationRow.OfPixels("grey", "some photos without colour", [ProbabilitySetting], recipe => new RandomGrey { Probability = recipe.Get(ProbabilitySetting) });

    /// <inheritdoc/>
    public override string Name => Row.Name;

    /// <summary>0 to 1. Default 0.1, as torchvision.</summary>
    public double Probability { get; init => field = AugmentedBy.Checked(ProbabilitySetting, value); } = ProbabilitySetting.Default;

    /// <inheritdoc/>
    public override void Apply(PictureSpan picture, SampleRandom random)
    {
        if (random.NextDouble() < Probability) Grey.Apply(picture.Pixels);
    }
}
