using System.Globalization;

namespace JustAlexNet.Imaging.Decoding;

/// <summary>Numbers for people.</summary>
internal static class Text
{
    /// <summary>1234567 as "1,234,567".</summary>
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
