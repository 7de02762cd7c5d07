using System.Globalization;
using JustAlexNet.Imaging;
using JustAlexNet.Imaging.Decoding;

namespace JustAlexNet.Data;

/// <summary>What is odd about pictures, one by one and beside those of their folder.</summary>
internal static class PictureProblems
{
    private const int TinySide = 32;
    private const long HugePixels = 50_000_000;
    private const int OddAspect = 3;

    /// <summary>What is to be said of one picture.</summary>
    public static IEnumerable<DataProblem> Of(CheckedPicture picture)
    {
        var facts = picture.Facts;
        if (facts.Fault is { } fault) yield return new(picture.Path, ProblemSeverity.Error, ProblemKind.Unreadable, fault);
        if (facts.Header is not { } header) yield break;
        if (EndingFault(picture.Path, header.Kind) is { } ending) yield return Warning(ProblemKind.Ending, ending);
        if (header.Orientation != 1) yield return Warning(ProblemKind.ExifRotated, $"its EXIF orientation is {header.Orientation}: it is turned upright when it is read (torchvision's ImageFolder does not turn it)");
        if (header.Colours == PictureColours.Cmyk) yield return Warning(ProblemKind.Cmyk, "its colours are CMYK, which become RGB without their colour profile");
        if (header.Colours == PictureColours.Grey) yield return Warning(ProblemKind.Grey, "it is grey: red, green and blue are made equal");
        if (header.Bits > 8) yield return Warning(ProblemKind.DeepColour, $"it has {header.Bits} bits a colour value, of which the upper 8 are kept");
        if (header.HasAlpha) yield return Warning(ProblemKind.Alpha, "it has transparency, which is dropped: what shows is the colour beneath it");
        if (header.IsAnimated) yield return Warning(ProblemKind.Animated, "it is animated: its first frame is read");
        if (facts.Fault is not null) yield break;
        var (shorter, longer) = (Math.Min(facts.Width, facts.Height), Math.Max(facts.Width, facts.Height));
        if (shorter < TinySide) yield return Warning(ProblemKind.Tiny, $"it is tiny, {Size(facts)} pixels: below {TinySide} there is little to see");
        if ((long)facts.Width * facts.Height > HugePixels) yield return Warning(ProblemKind.Huge, $"it is huge, {Size(facts)} pixels: each time it is read takes a second or so and {((long)facts.Width * facts.Height * 4 >> 20).ToString("N0", CultureInfo.InvariantCulture)} MiB");
        if (longer > OddAspect * (long)shorter)
            yield return Warning(ProblemKind.Aspect, string.Create(CultureInfo.InvariantCulture, $"its sides are {Size(facts)}, {(double)longer / shorter:0.0} to 1: a crop at the centre shows {100.0 * shorter / longer:0} % of it"));

        DataProblem Warning(ProblemKind kind, string reason) => new(picture.Path, ProblemSeverity.Warning, kind, reason);
    }

    /// <summary>Files and folders side by side whose names other systems take for one.</summary>
    public static IEnumerable<DataProblem> OfNames(IReadOnlyList<CheckedPicture> pictures)
    {
        var paths = pictures.SelectMany(picture => WithFoldersOf(picture.Path)).ToHashSet();
        foreach (var alike in paths.GroupBy(Folded).Where(same => same.Count() > 1))
        {
            var names = alike.Order(StringComparer.Ordinal).ToList();
            foreach (var name in names)
                foreach (var other in names.Where(other => other != name).Take(1))
                    yield return new(name, ProblemSeverity.Warning, ProblemKind.Name, ComposedText.Of(name) == ComposedText.Of(other)
                        ? $"its name differs from that of {other} in Unicode form only (composed and decomposed accents): a copy to macOS or out of an archive loses one of them"
                        : $"its name differs from that of {other} in upper and lower case only: a copy to Windows or macOS loses one of them");
        }
    }

    // The folder as it is, so that a folder's twin does not make twins of all its files.
    private static string Folded(string path) => path.LastIndexOf('/') is >= 0 and var end ? Folded(path[..(end + 1)], path[(end + 1)..]) : Folded("", path);

    private static string Folded(string folder, string name) => folder + ComposedText.Of(name).ToLowerInvariant();

    private static IEnumerable<string> WithFoldersOf(string path)
    {
        yield return path;
        for (var end = path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1)) yield return path[..end];
    }

    private static string? EndingFault(string path, PictureKind kind)
    {
        var ending = Path.GetExtension(path).ToLowerInvariant();
        string[] right = kind switch { PictureKind.Jpeg => [".jpg", ".jpeg"], PictureKind.Png => [".png"], PictureKind.WebP => [".webp"], PictureKind.Bmp => [".bmp"], _ => [".gif"] };
        return right.Contains(ending) ? null : $"its name ends in {ending}, its content is {Failure.Name(kind)}: it is read as what it is, other programs may not";
    }

    private static string Size(PictureFacts facts) => string.Create(CultureInfo.InvariantCulture, $"{facts.Width:N0} x {facts.Height:N0}");
}
