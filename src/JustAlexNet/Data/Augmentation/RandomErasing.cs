using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Settings;

namespace JustAlexNet.Data;

/// <summary>Covers a random rectangle of some pictures with the mean colour, so that no single detail decides.</summary>
/// <remarks>
/// The rectangle covers a share of the area from 0.02 to <see cref="MaxScale"/>, evenly drawn, at a ratio of height to width from 0.3 to 3.3, evenly drawn on the logarithm; after ten that do not fit,
/// none is covered. torchvision does it after normalisation with the value 0, which is the mean; here it is done on bytes, with the mean rounded to whole levels (124, 116, 104 with ImageNet's
/// mean: within 0.01 of 0 once normalised).
/// Source: Zhong and others 2017, arXiv 1708.04896; <c>RandomErasing</c> of torchvision 0.14: the distribution the same, the random numbers others.
/// </remarks>
public sealed record RandomErasing : PixelAugmentation
{
    private const int Tries = 10;
    private const double MinScale = 0.02;
    private static readonly double LogFlattest = Math.Log(0.3), LogTallest = Math.Log(3.3);

    private static readonly Setting<double> ProbabilitySetting = new("erasing_probability", "Share of the photos of which a rectangle is covered", Shares.Any, 0.25)
    {
        Group = SettingGroup.Photos, Unit = "SHARE", When = AugmentedBy.Any("erasing"),
    };

    private static readonly Setting<double> AreaMax = new("erasing_area_max", "Greatest share of the area that is covered", ValueKinds.Real($"a number from {MinScale} to 1", share => share is >= MinScale and <= 1), 0.33)
    {
        Group = SettingGroup.Photos, Unit = "SHARE", When = AugmentedBy.Any("erasing"),
    };

    internal static readonly AugmentationRow Row = AugmentationRow.OfPixels("erasing", "a rectangle of some photos covered", [ProbabilitySetting, AreaMax], recipe => new RandomErasing { Probability = recipe.Get(ProbabilitySetting), MaxScale = recipe.Get(AreaMax) });

    /// <inheritdoc/>
    public override string Name => Row.Name;

    /// <summary>0 to 1. Default 0.25, as timm's recipes (<c>reprob</c>) have it; torchvision's class has 0.5, its training recipe 0.1.</summary>
    public double Probability { get; init => field = AugmentedBy.Checked(ProbabilitySetting, value); } = ProbabilitySetting.Default;

    /// <summary>The greatest share of the area, 0.02 to 1. Default 0.33 (torchvision's <c>scale=(0.02, 0.33)</c>).</summary>
    public double MaxScale { get; init => field = AugmentedBy.Checked(AreaMax, value); } = AreaMax.Default;

    /// <inheritdoc/>
    public override void Apply(PictureSpan picture, SampleRandom random)
    {
        if (random.NextDouble() >= Probability || Draw(picture.Width, picture.Height, random) is not { } box) return;
        var (red, green, blue) = (Level(picture.Mean.Red), Level(picture.Mean.Green), Level(picture.Mean.Blue));
        for (var y = box.Top; y < box.Top + box.Height; y++)
        {
            var row = picture.Pixels.Slice((y * picture.Width + box.Left) * 3, box.Width * 3);
            for (var i = 0; i < row.Length; i += 3) (row[i], row[i + 1], row[i + 2]) = (red, green, blue);
        }
    }

    internal PixelBox? Draw(int width, int height, SampleRandom random)
    {
        for (var i = 0; i < Tries; i++)
        {
            var area = (double)width * height * random.NextDouble(MinScale, MaxScale);
            var ratio = Math.Exp(random.NextDouble(LogFlattest, LogTallest));
            var (h, w) = ((int)Math.Round(Math.Sqrt(area * ratio)), (int)Math.Round(Math.Sqrt(area / ratio)));
            if (h >= height || w >= width) continue;
            var top = random.NextInt(height - h + 1);
            return new(random.NextInt(width - w + 1), top, w, h);
        }
        return null;
    }

    private static byte Level(double mean) => (byte)Math.Clamp(Math.Round(mean * 255), 0, 255);
}
