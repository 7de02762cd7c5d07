using System.Globalization;

namespace JustAlexNet.Reports;

/// <summary>Numbers as tables and pictures show them: losses that went wrong reach 1e36 and would break every column.</summary>
public static class Figures
{
    /// <summary>A share as a percentage, <c>71.3 %</c> of 0.7125: rounded half away from zero, as people round, on the decimal number that the share is to 15 digits (0.7125 and not 0.71249999999999991).</summary>
    /// <param name="share">A share, 0 to 1 where it is one of a whole; NaN and infinities are <c>–</c>.</param>
    /// <param name="decimals">Places after the point, 0 or more. Default: 1.</param>
    public static string Percent(double share, int decimals = 1) =>
        double.IsFinite(share) ? Math.Round((decimal)share * 100, decimals, MidpointRounding.AwayFromZero).ToString("F" + decimals, CultureInfo.InvariantCulture) + " %" : "–";

    /// <summary>
    /// The number in its format where it has room, with fewer decimals where those are what is too much, else as <c>3.2e35</c>; also <c>1e-8</c> where the format would leave nothing of it but 0.
    /// With a point, whatever the language of the machine; NaN and infinities are words.
    /// </summary>
    /// <param name="value">Any number.</param>
    /// <param name="format">A custom format of digits, as <c>0.0000</c>.</param>
    /// <param name="places">The room, in characters; at least 6. A power of ten of three digits may take one more.</param>
    public static string Of(double value, string format, int places)
    {
        var text = value.ToString(format, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value) || (text.Length <= places && (text != "0" || value == 0))) return text;
        var decimals = places - 1 - value.ToString("0", CultureInfo.InvariantCulture).Length;
        return text != "0" && decimals > 0 ? value.ToString("F" + decimals, CultureInfo.InvariantCulture) : value.ToString("0.#e0", CultureInfo.InvariantCulture);
    }
}
