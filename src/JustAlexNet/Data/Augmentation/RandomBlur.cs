using JustAlexNet.Imaging.Operations;
using JustAlexNet.Inference;
using JustAlexNet.Settings;

namespace JustAlexNet.Data;

/// <summary>Blurs some pictures by a Gaussian of a random width.</summary>
/// <remarks>
/// The standard deviation is evenly drawn from 0.1 to <see cref="MaxSigma"/> pixels of the square. Source: MoCo v2 (Chen and others 2020, arXiv 2003.04297) and its successors; the blur is Pillow's
/// <c>GaussianBlur</c>, bit for bit, as theirs was. torchvision's own <c>GaussianBlur</c> convolves with a cut kernel and differs by a few levels.
/// </remarks>
public sealed record RandomBlur : PixelAugmentation
{
    private const double MinSigma = 0.1;

    private static readonly Setting<double> ProbabilitySetting = new("blur_probability", "Share of the photos that are blurred", Shares.Any, 0.5)
    {
        Group = SettingGroup.Photos, Unit = "SHARE", When = AugmentedBy.Any("blur"),
    };

    private static readonly Setting<double> SigmaMax = new("blur_sigma_max", "Greatest standard deviation of the blur, in pixels", ValueKinds.Real($"a number from {MinSigma} to 100", sigma => sigma is >= MinSigma and <= 100), 2)
    {
        Group = SettingGroup.Photos, Unit = "PIXELS", When = AugmentedBy.Any("blur"),
    };

    internal static readonly AugmentationRow Row = AugmentationRow.OfPixels("blur", "some photos blurred", [ProbabilitySetting, SigmaMax], recipe => new RandomBlur { Probability = recipe.Get(ProbabilitySetting), MaxSigma = recipe.Get(SigmaMax) });

    /// <inheritdoc/>
    public override string Name => Row.Name;

    /// <summary>0 to 1. Default 0.5.</summary>
    public double Probability { get; init => field = AugmentedBy.Checked(ProbabilitySetting, value); } = ProbabilitySetting.Default;

    /// <summary>The greatest standard deviation, 0.1 to 100 pixels. Default 2, as usual for 224 pixels.</summary>
    public double MaxSigma { get; init => field = AugmentedBy.Checked(SigmaMax, value); } = SigmaMax.Default;

    /// <inheritdoc/>
    public override void Apply(PictureSpan picture, SampleRandom random)
    {
        if (random.NextDouble() < Probability) Blur.Gaussian(picture.Pixels, picture.Width, (float)random.NextDouble(MinSigma, MaxSigma));
    }
}
