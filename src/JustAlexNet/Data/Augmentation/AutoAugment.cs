using JustAlexNet.Inference;
using static JustAlexNet.Data.PolicyOperation;

namespace JustAlexNet.Data;

/// <summary>One of 25 pairs of operations, each done with a probability of its own: what a search found for ImageNet.</summary>
/// <remarks>
/// Source: Cubuk and others 2018, arXiv 1805.09501, table 9; <c>AutoAugment(AutoAugmentPolicy.IMAGENET)</c> of torchvision 0.14 with its tables (10 magnitudes), black outside: the operations bit
/// for bit, the distribution the same, the random numbers others.
/// </remarks>
public sealed record AutoAugment : PixelAugmentation
{
    private static readonly MagnitudeSpace Space = MagnitudeSpace.Usual(bins: 10);

    internal static readonly AugmentationRow Row = AugmentationRow.OfPixels("autoaugment", "one of the 25 pairs of operations found for ImageNet", [],
        recipe => new AutoAugment { Bilinear = recipe.Get(AugmentationSettings.Bilinear) });

    /// <summary>The pairs: operation, probability, bin of its magnitude (0 where it has none).</summary>
    internal static IReadOnlyList<(Part First, Part Second)> Policies { get; } =
    [
        (new(Posterize, 0.4, 8), new(Rotate, 0.6, 9)),
        (new(Solarize, 0.6, 5), new(AutoContrast, 0.6, 0)),
        (new(Equalize, 0.8, 0), new(Equalize, 0.6, 0)),
        (new(Posterize, 0.6, 7), new(Posterize, 0.6, 6)),
        (new(Equalize, 0.4, 0), new(Solarize, 0.2, 4)),
        (new(Equalize, 0.4, 0), new(Rotate, 0.8, 8)),
        (new(Solarize, 0.6, 3), new(Equalize, 0.6, 0)),
        (new(Posterize, 0.8, 5), new(Equalize, 1.0, 0)),
        (new(Rotate, 0.2, 3), new(Solarize, 0.6, 8)),
        (new(Equalize, 0.6, 0), new(Posterize, 0.4, 6)),
        (new(Rotate, 0.8, 8), new(Color, 0.4, 0)),
        (new(Rotate, 0.4, 9), new(Equalize, 0.6, 0)),
        (new(Equalize, 0.0, 0), new(Equalize, 0.8, 0)),
        (new(Invert, 0.6, 0), new(Equalize, 1.0, 0)),
        (new(Color, 0.6, 4), new(Contrast, 1.0, 8)),
        (new(Rotate, 0.8, 8), new(Color, 1.0, 2)),
        (new(Color, 0.8, 8), new(Solarize, 0.8, 7)),
        (new(Sharpness, 0.4, 7), new(Invert, 0.6, 0)),
        (new(ShearX, 0.6, 5), new(Equalize, 1.0, 0)),
        (new(Color, 0.4, 0), new(Equalize, 0.6, 0)),
        (new(Equalize, 0.4, 0), new(Solarize, 0.2, 4)),
        (new(Solarize, 0.6, 5), new(AutoContrast, 0.6, 0)),
        (new(Invert, 0.6, 0), new(Equalize, 1.0, 0)),
        (new(Color, 0.6, 4), new(Contrast, 1.0, 8)),
        (new(Equalize, 0.8, 0), new(Equalize, 0.6, 0)),
    ];

    /// <inheritdoc/>
    public override string Name => Row.Name;

    /// <summary>Whether turned pictures mix neighbouring pixels. Default false, as torchvision.</summary>
    public bool Bilinear { get; init; }

    /// <inheritdoc/>
    public override void Apply(PictureSpan picture, SampleRandom random)
    {
        var (first, second) = Draw(picture, random);
        first.Apply(picture, Bilinear);
        second.Apply(picture, Bilinear);
    }

    /// <summary>Both steps; <see cref="Identity"/> where one is not done.</summary>
    internal static (PolicyStep First, PolicyStep Second) Draw(PictureSpan picture, SampleRandom random)
    {
        var (first, second) = Policies[random.NextInt(Policies.Count)];
        return (Draw(first, picture, random), Draw(second, picture, random));
    }

    private static PolicyStep Draw(Part part, PictureSpan picture, SampleRandom random) =>
        random.NextDouble() < part.Probability ? Space.Draw(part.Operation, part.Bin, picture, random) : new(Identity, 0);

    /// <summary>Half of a pair.</summary>
    /// <param name="Operation">What is done.</param>
    /// <param name="Probability">How often.</param>
    /// <param name="Bin">How much, 0 to 9.</param>
    internal readonly record struct Part(PolicyOperation Operation, double Probability, int Bin);
}
