using System.Globalization;
using System.Text;
using JustAlexNet.Imaging;

namespace JustAlexNet.Cli.Output;

/// <summary>Text in columns, where Chinese, Japanese and Korean characters take two places on a terminal.</summary>
internal static class Columns
{
    /// <summary>The text as it is shown (<see cref="PrintableText"/>), filled up with blanks to a width in terminal places; longer text is not cut.</summary>
    public static string Pad(string text, int width) => PrintableText.Of(text) + new string(' ', Math.Max(0, width - Width(text)));

    /// <summary>Places on a terminal of the text as it is shown, by Unicode's East Asian Width (wide and full-width ranges).</summary>
    public static int Width(string text) => PrintableText.Of(text).EnumerateRunes().Sum(rune => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.Format => 0,
        _ => IsWide(rune.Value) ? 2 : 1,
    });

    private static bool IsWide(int c) =>
        c is >= 0x1100 and <= 0x115F or >= 0x2E80 and <= 0x303E or >= 0x3041 and <= 0xA4CF or >= 0xA960 and <= 0xA97C or >= 0xAC00 and <= 0xD7A3
            or >= 0xF900 and <= 0xFAFF or >= 0xFE30 and <= 0xFE6F or >= 0xFF00 and <= 0xFF60 or >= 0xFFE0 and <= 0xFFE6 or >= 0x1F300 and <= 0x1FAFF or >= 0x20000 and <= 0x3FFFD;
}
