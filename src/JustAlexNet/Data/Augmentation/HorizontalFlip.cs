using JustAlexNet.Inference;
using JustAlexNet.Settings;

namespace JustAlexNet.Data;

/// <summary>Mirrors a picture left to right.</summary>
public sealed record HorizontalFlip
{
    internal const string Name = "flip";

    internal static readonly Setting<double> ProbabilitySetting = new("flip_probability", "Share of the photos that are mirrored left to right", Shares.Any, 0.5)
    {
        Group = SettingGroup.Photos, Unit = "SHARE", When = AugmentedBy.Any(AugmentationCatalogue.Basic, AugmentationCatalogue.Standard, Name),
    };

    internal static readonly AugmentationRow Row = new(Name, "half of the photos mirrored", [ProbabilitySetting], (recipe, so) => so with { Flip = Of(recipe) }) { Decides = Outline.Flip };

    /// <summary>0 to 1. Default 0.5, as <c>RandomHorizontalFlip</c> of torchvision.</summary>
    public double Probability { get; init => field = AugmentedBy.Checked(ProbabilitySetting, value); } = ProbabilitySetting.Default;

    internal static HorizontalFlip Of(Recipe recipe) => new() { Probability = recipe.Get(ProbabilitySetting) };

    internal bool Draw(SampleRandom random) => random.NextDouble() < Probability;
}

/// <summary>Kinds of numbers that several augmentations have.</summary>
internal static class Shares
{
    /// <summary>0 to 1.</summary>
    public static ValueKind<double> Any { get; } = ValueKinds.Real("0 to 1", share => share is >= 0 and <= 1);

    /// <summary>0 or more.</summary>
    public static ValueKind<double> Amount { get; } = ValueKinds.Real("0 or more", amount => amount >= 0);
}
