using System.Globalization;

namespace JustAlexNet.Reports;

/// <summary>Numbers as tables and pictures show them: losses that went wrong reach 1e36 and would break every column.</summary>
public static class Figures
{
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
