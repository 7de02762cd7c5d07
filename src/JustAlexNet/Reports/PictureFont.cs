using ScottPlot;
using SkiaSharp;

namespace JustAlexNet.Reports;

/// <summary>The font of all pictures: it travels inside the library, because a machine may have none, and because pictures shall be the same everywhere.</summary>
/// <remarks>Noto Sans SC, cut down (Fonts/README.md): Latin, Greek, Cyrillic, kana, the hanzi of GB 2312 and the common ones of Big5. Anything else: <see cref="FallbackFonts"/>.</remarks>
internal static class PictureFont
{
    /// <summary>The name by which ScottPlot finds it; no system's font is called so.</summary>
    public const string Name = "JustAlexNet Noto Sans SC";

    private static readonly Lazy<SKTypeface> Loaded = new(Load);

    /// <summary>The font itself, shared and never disposed. First use makes it known to ScottPlot, in this process only.</summary>
    public static SKTypeface Typeface => Loaded.Value;

    private static SKTypeface Load()
    {
        const string resource = "NotoSansSC-Subset.ttf";
        using var stream = typeof(PictureFont).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The embedded font {resource} is missing from the assembly.");
        using var data = SKData.Create(stream);
        var typeface = SKTypeface.FromData(data) ?? throw new InvalidOperationException($"The embedded font {resource} cannot be read.");
        Fonts.FontResolvers.Insert(0, new Resolver(typeface));
        // ScottPlot keeps what it has once resolved, so that drawing threads never walk its list of resolvers for this name.
        foreach (var bold in new[] { false, true }) Fonts.GetTypeface(Name, bold, italic: false);
        return typeface;
    }

    private sealed class Resolver(SKTypeface typeface) : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => fontName == Name ? typeface : null;

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Name ? typeface : null;
    }
}
