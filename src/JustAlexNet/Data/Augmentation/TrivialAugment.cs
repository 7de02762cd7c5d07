using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>One operation, drawn from fourteen, at a strength drawn too. It has nothing to tune.</summary>
/// <remarks>
/// Source: Müller and Hutter 2021, arXiv 2103.10158, the wide space; <c>TrivialAugmentWide</c> of torchvision 0.14 with its tables (31 magnitudes), black outside: the operations bit for bit,
/// the distribution the same, the random numbers others.
/// </remarks>
public sealed record TrivialAugment : PixelAugmentation
{
    private const int Choices = (int)PolicyOperation.Invert;      // all but Invert

    internal static readonly AugmentationRow Row = AugmentationRow.OfPixels("trivialaugment", "one operation of fourteen at any strength", [],
        recipe => new TrivialAugment { Bilinear = recipe.Get(AugmentationSettings.Bilinear) });

    /// <inheritdoc/>
    public override string Name => Row.Name;

    /// <summary>Whether turned pictures mix neighbouring pixels. Default false, as torchvision.</summary>
    public bool Bilinear { get; init; }

    /// <inheritdoc/>
    public override void Apply(PictureSpan picture, SampleRandom random) => Draw(picture, random).Apply(picture, Bilinear);

    internal static PolicyStep Draw(PictureSpan picture, SampleRandom random)
    {
        var operation = (PolicyOperation)random.NextInt(Choices);
        return MagnitudeSpace.Wide.Draw(operation, random.NextInt(MagnitudeSpace.Wide.Bins), picture, random);
    }
}
