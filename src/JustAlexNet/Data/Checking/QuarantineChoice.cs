using System.Globalization;
using System.Text;
using JustAlexNet.Files;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;

namespace JustAlexNet.Data;

/// <summary>Which pictures are better left out.</summary>
internal static class QuarantineChoice
{
    /// <summary>
    /// Those that cannot be read; all of a label conflict, for which label is right nobody knows; of a leak those of the part that is learned, so that measurements stay comparable; of other duplicates all but the one with
    /// the most pixels.
    /// </summary>
    public static IReadOnlyList<QuarantinedPicture> Of(IReadOnlyList<CheckedPicture> pictures, IReadOnlyList<DuplicateGroup> duplicates)
    {
        var reasons = new Dictionary<string, string>();
        var byPath = pictures.ToDictionary(picture => picture.Path);
        foreach (var picture in pictures)
            if (picture.Facts.Fault is { } fault) reasons[picture.Path] = $"cannot be read: {fault}";
        foreach (var group in duplicates.OrderByDescending(group => group.IsLabelConflict).ThenByDescending(group => group.IsLeak).ThenByDescending(group => group.Kind))
        {
            var left = group.Paths.Where(path => !reasons.ContainsKey(path)).Select(path => byPath[path]).ToList();
            if (left.Count < 2) continue;
            if (group.IsLabelConflict)
            {
                foreach (var picture in left) reasons[picture.Path] = $"label conflict: the same picture is in {string.Join(" and ", group.Classes)}";
                continue;
            }
            var kept = left.Where(picture => picture.Part == left[^1].Part).MaxBy(picture => (long)picture.Facts.Width * picture.Facts.Height)!;     // parts stand in the order train, validation, test
            foreach (var picture in left.Where(picture => picture != kept))
                reasons[picture.Path] = picture.Part == kept.Part ? $"the same picture as {kept.Path}" : $"leak: the same picture as {kept.Path}";
        }
        return [.. from picture in pictures where reasons.ContainsKey(picture.Path) select new QuarantinedPicture(picture.Path, reasons[picture.Path])];
    }
}

/// <summary>Writes the list that <see cref="ExcludeList"/> reads.</summary>
public static class QuarantineFile
{
    /// <summary>Writes the pictures to leave out with their reasons, those that were left out already, and those whose label is doubtful as comments, to be decided by a person.</summary>
    /// <param name="path">The file; replaced as a whole.</param>
    /// <param name="report">What was found.</param>
    /// <exception cref="DataException">Folder, permission or space is missing.</exception>
    public static void Write(string path, DataCheckReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder("# Pictures that justalexnet train leaves out with --exclude and this file: a path a line, relative to the folder of photos.\n");
        foreach (var same in report.Quarantine.GroupBy(picture => picture.Reason))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n# {PrintableText.Of(same.Key)}\n");
            foreach (var picture in same) text.Append(Line(picture.Path));
        }
        if (report.Excluded.Count > 0) text.Append("\n# left out already, by the list that the check was told of\n");
        foreach (var name in report.Excluded) text.Append(Line(name));
        if (report.Doubts is { Count: > 0 }) text.Append("\n# Labels that the network doubts. Look at them, and remove the # of those that are wrong.\n");
        foreach (var doubt in report.Doubts ?? []) text.Append(CultureInfo.InvariantCulture, $"# {PrintableText.Of(doubt.Class)} {doubt.Probability:0.000}, rather {PrintableText.Of(doubt.Likely)} {doubt.LikelyProbability:0.000}\n#{Line(doubt.Path)}");
        try
        {
            AtomicFile.Write(path, text.ToString());
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"cannot write {PrintableText.Of(path)}: {WriteFault.Reason(cause, path)}\n{WriteFault.Advice(cause, path, "name another folder with `output`")}.", path, cause);
        }
    }

    // A name with a line break cannot stand in a list of lines; renaming it is the remedy for other programs too.
    private static string Line(string path) => (ExcludeList.LineOf(path) ?? $"# (a name with a line break, which no line can hold: rename it) {PrintableText.Of(path)}") + "\n";
}
