using System.Collections.Concurrent;
using System.Globalization;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Data;
using JustAlexNet.Imaging;
using JustAlexNet.Reports;

namespace JustAlexNet.Cli.Output;

/// <summary>The files that a check leaves.</summary>
/// <param name="folder">Where.</param>
internal sealed class CheckFiles(string folder)
{
    private const int MostProblems = 200, MostGroups = 100, MostInGroup = 8;

    /// <summary>Pictures to leave out.</summary>
    public string Quarantine => Path.Combine(folder, "quarantine.txt");

    /// <summary>What was found, with pictures.</summary>
    public string Page => Path.Combine(folder, "report.html");

    /// <summary>Writes both: the list first, the page when its pictures are made.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="doubts">How many doubtful labels the page shows.</param>
    /// <param name="workers">Threads that make small pictures; null: one for every core.</param>
    /// <param name="progress">Told how many of how many are made; by one thread at a time.</param>
    /// <param name="stop">Ends between two of them, before the page is written.</param>
    public void Write(DataCheckReport report, int doubts, int? workers, Action<int, int> progress, CancellationToken stop)
    {
        QuarantineFile.Write(Quarantine, report);
        var shown = new Dictionary<string, byte[]?>();
        foreach (var _ in Sections(report, doubts, path => shown[path] = null)) { }       // which pictures there will be
        var (small, done) = (new ConcurrentDictionary<string, byte[]?>(), 0);
        Parallel.ForEach(shown.Keys, new ParallelOptions { CancellationToken = stop, MaxDegreeOfParallelism = workers ?? Environment.ProcessorCount }, path =>
        {
            small[path] = PagePicture.Small(Path.Join(report.Folder, path.Replace('/', Path.DirectorySeparatorChar)));
            lock (small) progress(++done, shown.Count);
        });
        new PicturePage($"{Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(report.Folder)))}: check of {Counted.Of(report.Files, "photo")}", Introduction(report), [.. Sections(report, doubts, path => small[path])]).Save(Page);
    }

    private static List<string> Introduction(DataCheckReport report) =>
    [
        $"{report.Folder}: {Counted.Of(report.Files, "photo")} in {Counted.Of(report.Classes.Count, "class")}.",
        $"{Counted.Of(report.Problems.Count(problem => problem.Severity == ProblemSeverity.Error), "error")}, {Counted.Of(report.Problems.Count(problem => problem.Severity == ProblemSeverity.Warning), "warning")}; "
            + $"{Counted.Of(report.Duplicates.Count, "group")} of duplicates, {Counted.Of(report.Duplicates.Count(group => group.IsLabelConflict), "label conflict")} and {Counted.Of(report.Duplicates.Count(group => group.IsLeak), "leak")} among them. "
            + $"To leave out: {Counted.Of(report.Quarantine.Count, "photo")} (quarantine.txt).",
        .. report.Notes.Select(note => $"{char.ToUpperInvariant(note[0])}{note[1..]}."),
    ];

    private static IEnumerable<PageSection> Sections(DataCheckReport report, int doubts, Func<string, byte[]?> small)
    {
        var parts = report.Classes[0].Parts.Keys.ToList();
        yield return new PageTable("Classes", ["class", .. parts.Select(part => part == "all" ? "photos" : part)], [.. report.Classes.Select(found => (string[])[found.Name, .. parts.Select(part => Number(found.Parts[part]))])]);
        if (report.Duplicates.Count > 0)
            yield return new PagePictures(Heading("Duplicates", report.Duplicates.Count, MostGroups), [.. report.Duplicates.Take(MostGroups).Select(group => new PagePictureGroup(
                group.Paths.Count > MostInGroup ? $"{DataCheckText.Kind(group)}, {Number(MostInGroup)} of {Number(group.Paths.Count)}" : DataCheckText.Kind(group), [.. group.Paths.Take(MostInGroup).Select(path => new PagePicture(path, small(path)))]))]);
        if (report.Doubts is { Count: > 0 } doubtful)
            yield return new PagePictures(Heading("Labels that the network doubts", doubtful.Count, doubts), [new("The label and its probability; what the network thinks; whether it has learned from the photo.",
                [.. doubtful.Take(doubts).Select(doubt => new PagePicture(string.Create(CultureInfo.InvariantCulture, $"{doubt.Path}: {doubt.Class} {doubt.Probability:0.000}, rather {doubt.Likely} {doubt.LikelyProbability:0.000} ({DataCheckText.Seen(doubt.Seen)})"), small(doubt.Path)))])]);
        foreach (var severity in new[] { ProblemSeverity.Error, ProblemSeverity.Warning })
        {
            var problems = report.Problems.Where(problem => problem.Severity == severity).ToList();
            if (problems.Count == 0) continue;
            // Of every kind some.
            var shown = problems.GroupBy(problem => problem.Kind).SelectMany(kind => kind.Select((problem, place) => (place, problem))).OrderBy(entry => entry.place).Take(MostProblems).Select(entry => entry.problem).ToList();
            yield return new PagePictures(Heading(severity == ProblemSeverity.Error ? "Errors" : "Warnings", problems.Count, MostProblems), [.. shown.GroupBy(problem => problem.Kind).OrderBy(kind => kind.Key).Select(kind => new PagePictureGroup(
                $"{DataCheckText.Word(kind.Key)}: {Number(problems.Count(problem => problem.Kind == kind.Key))}", [.. kind.Select(problem => new PagePicture($"{problem.Path}: {SettingOptions.In(problem.Reason)}", small(problem.Path)))]))]);
        }
    }

    private static string Heading(string what, int count, int shown) => count > shown ? $"{what} ({Number(shown)} of {Number(count)})" : $"{what} ({Number(count)})";

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
