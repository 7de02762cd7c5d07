using System.Globalization;
using System.Text;

namespace JustAlexNet.Imaging;

/// <summary>Names of files and classes as a terminal may show them: a tab, a line break or an escape sequence in one would move what stands beside it, or command the terminal.</summary>
public static class PrintableText
{
    /// <summary>The text with each control character and line separator as its bytes in octal, as <c>printf</c> takes them: a tab becomes <c>\011</c>. The same object where there is none. Thread-safe.</summary>
    /// <param name="text">A name, on which nothing but what is shown may depend: files keep the real one.</param>
    public static string Of(string text) => Of(text, keptBreak: null);

    /// <summary>The same of a text of several lines, which stay lines.</summary>
    /// <param name="text">Lines, with <c>\n</c> between them.</param>
    public static string OfLines(string text) => Of(text, keptBreak: '\n');

    /// <summary>Whether a terminal would not show a character but obey it.</summary>
    /// <param name="rune">The character.</param>
    public static bool IsControl(Rune rune) => Rune.IsControl(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    /// <summary>Bytes as <c>printf</c> takes them: three octal digits behind a backslash each.</summary>
    internal static string Octal(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var octet in bytes) text.Append('\\').Append(Convert.ToString(octet, 8).PadLeft(3, '0'));
        return text.ToString();
    }

    private static string Of(string text, char? keptBreak)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!text.EnumerateRunes().Any(Escapes)) return text;
        var shown = new StringBuilder();
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes()) shown.Append(Escapes(rune) ? Octal(bytes[..rune.EncodeToUtf8(bytes)]) : rune.ToString());
        return shown.ToString();

        bool Escapes(Rune rune) => IsControl(rune) && rune.Value != keptBreak;
    }
}
