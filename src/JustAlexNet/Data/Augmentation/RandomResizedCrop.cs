using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Settings;

namespace JustAlexNet.Data;

/// <summary>A random part of a picture becomes the square.</summary>
/// <remarks>
/// The box covers a share of the picture's area from <see cref="MinScale"/> to 1, evenly drawn, at a ratio of width to height from 3/4 to 4/3, evenly drawn on the logarithm;
/// after ten boxes that do not fit, the largest middle box within those ratios.
/// Source: Szegedy et al., arXiv 1409.4842, section 6; <c>RandomResizedCrop.get_params</c> of torchvision 0.29, step for step (its moments within three
/// standard errors; the random numbers themselves are others).
/// </remarks>
public sealed record RandomResizedCrop
{
    internal const string Name = "crop";

    private const double Narrowest = 3.0 / 4, Widest = 4.0 / 3;      // width to height
    private const int Tries = 10;
    private static readonly double LogNarrowest = Math.Log(Narrowest), LogWidest = Math.Log(Widest);

    internal static readonly Setting<double> ScaleMin = new("crop_scale_min", "Least share of a photo's area that a random crop keeps", ValueKinds.Real("a number above 0, up to 1", share => share is > 0 and <= 1), 0.08)
    {
        Group = SettingGroup.Photos, Unit = "SHARE", When = AugmentedBy.Any(AugmentationCatalogue.Standard, Name),
    };

    internal static readonly AugmentationRow Row = new(Name, "a random part of the photo", [ScaleMin], (recipe, so) => so with { Crop = Of(recipe) }) { Decides = Outline.Box };

    /// <summary>The least share of the area that is kept, above 0 and up to 1. Default 0.08, as torchvision's <c>scale=(0.08, 1.0)</c>.</summary>
    public double MinScale { get; init => field = AugmentedBy.Checked(ScaleMin, value); } = ScaleMin.Default;

    internal static RandomResizedCrop Of(Recipe recipe) => new() { MinScale = recipe.Get(ScaleMin) };

    internal PixelBox Draw(int width, int height, SampleRandom random)
    {
        var area = (double)width * height;
        for (var i = 0; i < Tries; i++)
        {
            var target = area * random.NextDouble(MinScale, 1.0);
            var ratio = Math.Exp(random.NextDouble(LogNarrowest, LogWidest));
            var (w, h) = (Rounded(Math.Sqrt(target * ratio)), Rounded(Math.Sqrt(target / ratio)));
            if (w < 1 || h < 1 || w > width || h > height) continue;
            var top = random.NextInt(height - h + 1);
            return new(random.NextInt(width - w + 1), top, w, h);
        }
        return Middle(width, height);
    }

    private static PixelBox Middle(int width, int height)
    {
        var ratio = (double)width / height;
        var w = ratio > Widest ? Rounded(height * Widest) : width;
        var h = ratio < Narrowest ? Rounded(width / Narrowest) : height;
        return new((width - w) / 2, (height - h) / 2, w, h);
    }

    // Python's round: halves go to the even neighbour.
    private static int Rounded(double value) => (int)Math.Round(value, MidpointRounding.ToEven);
}
