using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Transfer;

/// <summary>One fixed way to look at a picture. No randomness, so that features can be kept.</summary>
/// <remarks>
/// In order: 1 as the preprocessing says; 2 that mirrored; then five parts of the picture, each plain and mirrored: the middle, upper left, lower right,
/// upper right, lower left. A part has 3/4 of the sides that the preprocessing sees (of width and height for a squash, of its square for a crop).
/// </remarks>
internal sealed record FeatureView
{
    private static readonly (double X, double Y)[] Places = [(0.5, 0.5), (0, 0), (1, 1), (1, 0), (0, 1)];

    private readonly int number;

    private FeatureView(int number) => this.number = number;

    /// <summary>How many there are.</summary>
    public static int MaxCount => 2 * (Places.Length + 1);

    /// <summary>The first so many views, 1 to <see cref="MaxCount"/>.</summary>
    public static IReadOnlyList<FeatureView> First(int count) => [.. Enumerable.Range(0, count).Select(number => new FeatureView(number))];

    /// <summary>Part of the key under which features are kept.</summary>
    public string Name => FormattableString.Invariant($"{(number < 2 ? "whole" : $"part {number / 2} of 3/4")}{(Mirrored ? ", mirrored" : "")}");

    private bool Mirrored => number % 2 == 1;

    /// <summary>Makes the S x S pixels.</summary>
    public void Render(RgbImage image, Preprocessing preprocessing, Span<byte> target)
    {
        var side = preprocessing.Side;
        if (number >= 2)
        {
            Resizer.Resize(image, Part(image.Width, image.Height, preprocessing.Geometry), target, side, side, preprocessing.Interpolation, Mirrored);
            return;
        }
        preprocessing.Apply(image, target);
        if (Mirrored) Mirror(target, side);
    }

    private PixelBox Part(int width, int height, Geometry geometry)
    {
        var (w, h) = ((double)width, (double)height);
        if (geometry is ShorterSideCrop crop) w = h = Math.Min(w, h) * Math.Min(1, (double)crop.CropSide / crop.ResizeSide);
        var (x, y) = Places[number / 2 - 1];
        var (columns, rows) = (Math.Max(1, (int)Math.Round(w * 0.75)), Math.Max(1, (int)Math.Round(h * 0.75)));
        return new PixelBox((int)Math.Round((width - columns) * x), (int)Math.Round((height - rows) * y), columns, rows);
    }

    private static void Mirror(Span<byte> pixels, int side)
    {
        for (var y = 0; y < side; y++)
        {
            var row = pixels.Slice(y * side * 3, side * 3);
            row.Reverse();
            for (var x = 0; x < side; x++) row.Slice(x * 3, 3).Reverse();
        }
    }
}

/// <summary>A view, from a sample's file to its pixels.</summary>
internal sealed class FeatureViewPreparation(Preprocessing preprocessing, FeatureView view) : WholePreparation(preprocessing.Side, preprocessing.HonourExifOrientation)
{
    protected override void Render(RgbImage image, int epoch, int index, Span<byte> target) => view.Render(image, preprocessing, target);
}
