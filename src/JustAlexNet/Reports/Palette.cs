using ScottPlot;

namespace JustAlexNet.Reports;

/// <summary>Colours of the pictures: light ground, dark text, pairs that colour-blind readers tell apart (Okabe and Ito).</summary>
internal static class Palette
{
    public static Color Text { get; } = Color.FromHex("#1F2933");
    public static Color Quiet { get; } = Color.FromHex("#5F6B7A");
    public static Color Grid { get; } = Color.FromHex("#E4E8ED");
    public static Color Training { get; } = Color.FromHex("#0072B2");
    public static Color Validation { get; } = Color.FromHex("#D55E00");
    public static Color Diagonal { get; } = Color.FromHex("#E69F00");
    public static Color NoCount { get; } = Colors.White;
    public static Color NoPictures { get; } = Color.FromHex("#E9EBEE");

    /// <summary>Shares 0 to 1 from a tint that is still seen beside white to a dark blue; lightness falls evenly.</summary>
    public static IColormap Shares { get; } = new ScottPlot.Colormaps.CustomInterpolated(
        [.. new[] { "#D3E6F5", "#AFD0EA", "#80B5DC", "#4E97CB", "#2676B4", "#0F5699", "#0A3A73", "#082650" }.Select(Color.FromHex)]);

    /// <summary>The text colour that is read on a ground of <see cref="Shares"/>.</summary>
    public static Color TextOn(double share) => share > 0.45 ? Colors.White : Text;
}
