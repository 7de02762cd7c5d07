using JustAlexNet.Imaging.Operations;
using JustAlexNet.Inference;
using JustAlexNet.Settings;

namespace JustAlexNet.Data;

/// <summary>Changes brightness, contrast, saturation and hue by random amounts, in random order.</summary>
/// <remarks>
/// Each factor is evenly drawn from max(0, 1 - x) to 1 + x, the turn of the hue from -x to x; what is 0 is left out.
/// Source: <c>ColorJitter</c> of torchvision 0.14: the operations bit for bit (hue: with 8-bit hues, as Pillow has them), the distribution the same, the random numbers others.
/// </remarks>
public sealed record ColourJitter : PixelAugmentation
{
    private static readonly Setting<double> BrightnessSetting = Of("jitter_brightness", "Greatest random change of brightness", Shares.Amount, 0.4);
    private static readonly Setting<double> ContrastSetting = Of("jitter_contrast", "Greatest random change of contrast", Shares.Amount, 0.4);
    private static readonly Setting<double> SaturationSetting = Of("jitter_saturation", "Greatest random change of saturation", Shares.Amount, 0.4);
    private static readonly Setting<double> HueSetting = Of("jitter_hue", "Greatest random turn of the hue, in circles", ValueKinds.Real("0 to 0.5", turn => turn is >= 0 and <= 0.5), 0);

    internal static readonly AugmentationRow Row = AugmentationRow.OfPixels("jitter", "brightness, contrast, saturation and hue changed", [BrightnessSetting, ContrastSetting, SaturationSetting, HueSetting],
        recipe => new ColourJitter { Brightness = recipe.Get(BrightnessSetting), Contrast = recipe.Get(ContrastSetting), Saturation = recipe.Get(SaturationSetting), Hue = recipe.Get(HueSetting) });

    /// <inheritdoc/>
    public override string Name => Row.Name;

    /// <summary>0 or more. Default 0.4, as timm (torchvision has no default).</summary>
    public double Brightness { get; init => field = AugmentedBy.Checked(BrightnessSetting, value); } = BrightnessSetting.Default;

    /// <summary>0 or more. Default 0.4.</summary>
    public double Contrast { get; init => field = AugmentedBy.Checked(ContrastSetting, value); } = ContrastSetting.Default;

    /// <summary>0 or more. Default 0.4.</summary>
    public double Saturation { get; init => field = AugmentedBy.Checked(SaturationSetting, value); } = SaturationSetting.Default;

    /// <summary>0 to 0.5, a share of the circle. Default 0: colours often tell classes apart.</summary>
    public double Hue { get; init => field = AugmentedBy.Checked(HueSetting, value); } = HueSetting.Default;

    /// <inheritdoc/>
    public override void Apply(PictureSpan picture, SampleRandom random)
    {
        Span<int> order = [0, 1, 2, 3];
        for (var i = order.Length - 1; i > 0; i--)
        {
            var other = random.NextInt(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }
        var (brightness, contrast, saturation, hue) = Draw(random);
        foreach (var which in order)
        {
            if (which == 0 && Brightness > 0) Enhancement.Brightness(picture.Pixels, (float)brightness);
            if (which == 1 && Contrast > 0) Enhancement.Contrast(picture.Pixels, (float)contrast);
            if (which == 2 && Saturation > 0) Enhancement.Saturation(picture.Pixels, (float)saturation);
            if (which == 3 && Hue > 0) Imaging.Operations.Hue.Shift(picture.Pixels, hue);
        }
    }

    internal (double Brightness, double Contrast, double Saturation, double Hue) Draw(SampleRandom random) =>
        (Factor(Brightness, random), Factor(Contrast, random), Factor(Saturation, random), random.NextDouble(-Hue, Hue));

    private static double Factor(double amount, SampleRandom random) => random.NextDouble(Math.Max(0, 1 - amount), 1 + amount);

    private static Setting<double> Of(string name, string help, ValueKind<double> kind, double standard) =>
        new(name, help, kind, standard) { Group = SettingGroup.Photos, When = AugmentedBy.Any("jitter") };
}
