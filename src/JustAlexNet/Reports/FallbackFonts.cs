using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using SkiaSharp;

namespace JustAlexNet.Reports;

/// <summary>Fonts of the system for signs that <see cref="PictureFont"/> lacks: emoji, Thai, Arabic... Each font is asked for the sign, once a sign and process.</summary>
/// <remarks>Thread-safe. On a system without such a font the sign stays a box.</remarks>
internal static class FallbackFonts
{
    // The plain before the fancy; then whatever is there.
    private static readonly string[] Preferred = ["NotoSans", "Noto Sans", "DejaVuSans", "DejaVu Sans", "Segoe UI", "Arial", "Helvetica", "Noto"];

    private static readonly Lock Opening = new();
    private static readonly List<SKTypeface> Opened = [];          // for the life of the process, as the own font is
    private static readonly IEnumerator<SKTypeface> Further = System().GetEnumerator();
    private static readonly ConcurrentDictionary<int, SKTypeface?> Found = new();

    /// <summary>The text in pieces that one font can draw each, in order. Signs as a reader sees them (with their accents and joiners) are never divided; blanks between pieces of one font join them.</summary>
    public static IReadOnlyList<(string Text, SKTypeface Font)> Pieces(string text)
    {
        var own = PictureFont.Typeface;
        if (text.EnumerateRunes().All(rune => Has(own, rune))) return [(text, own)];
        var pieces = new List<(string Text, SKTypeface Font)>();
        var signs = StringInfo.GetTextElementEnumerator(text);
        while (signs.MoveNext())
        {
            var sign = signs.GetTextElement();
            var font = FontOf(sign, own);
            if (pieces is [.., var before, var blank] && ReferenceEquals(before.Font, font) && string.IsNullOrWhiteSpace(blank.Text))
            {
                pieces.RemoveAt(pieces.Count - 1);      // two words of one script are one piece, whose direction they share
                pieces[^1] = (before.Text + blank.Text + sign, font);
            }
            else if (pieces.Count > 0 && ReferenceEquals(pieces[^1].Font, font)) pieces[^1] = (pieces[^1].Text + sign, font);
            else pieces.Add((sign, font));
        }
        return pieces;
    }

    private static SKTypeface FontOf(string sign, SKTypeface own)
    {
        foreach (var rune in sign.EnumerateRunes())
            if (!Has(own, rune)) return Found.GetOrAdd(rune.Value, Search) ?? own;
        return own;
    }

    // Joiners and variation selectors choose between forms and have none of their own.
    private static bool Has(SKTypeface font, Rune rune) =>
        Contains(font, rune.Value) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.Control || rune.Value is >= 0xFE00 and <= 0xFE0F or >= 0xE0100 and <= 0xE01EF;

    private static bool Contains(SKTypeface typeface, int sign)
    {
        using var font = new SKFont(typeface);
        return font.ContainsGlyph(sign);
    }

    private static SKTypeface? Search(int sign)
    {
        lock (Opening)
        {
            if (Opened.Find(font => Contains(font, sign)) is { } known) return known;
            while (Further.MoveNext())
            {
                Opened.Add(Further.Current);
                if (Contains(Further.Current, sign)) return Further.Current;
            }
            return null;
        }
    }

    // The build of Skia without fontconfig (Linux) knows one family without a name: there the files themselves are opened.
    private static IEnumerable<SKTypeface> System()
    {
        var families = SKFontManager.Default.FontFamilies.Where(family => family.Length > 0).ToList();
        return families.Count > 0
            ? Ordered(families).Select(family => SKFontManager.Default.MatchFamily(family, SKFontStyle.Normal)).OfType<SKTypeface>()
            : Ordered(Folders().Where(Directory.Exists).SelectMany(Files)).Select(file => SKTypeface.FromFile(file)).OfType<SKTypeface>();
    }

    private static IEnumerable<string> Ordered(IEnumerable<string> fonts) =>
        fonts.OrderBy(font => Array.FindIndex(Preferred, known => Path.GetFileName(font).StartsWith(known, StringComparison.OrdinalIgnoreCase)) is >= 0 and var place ? place : Preferred.Length)
            .ThenBy(font => !font.Contains("Regular", StringComparison.Ordinal)).ThenBy(font => Path.GetFileName(font).Length).ThenBy(font => font, StringComparer.Ordinal);

    private static IEnumerable<string> Folders() =>
        ["/usr/share/fonts", "/usr/local/share/fonts", Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local/share/fonts"), Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".fonts")];

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
        .Where(file => Path.GetExtension(file).ToLowerInvariant() is ".ttf" or ".otf" or ".ttc");
}
