using System.Globalization;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Data;
using JustAlexNet.Imaging;

namespace JustAlexNet.Cli.Output;

/// <summary>What a check has found, for a person.</summary>
internal sealed class DataCheckText(DataCheckReport report, CheckFiles files, Terminal terminal)
{
    private const int Shown = 10;

    /// <param name="doubts">How many doubtful labels are shown.</param>
    public void Write(int doubts)
    {
        Say($"{report.Folder} · {Counted.Of(report.Files, "photo")} · {Counted.Of(report.Classes.Count, "class")} · {Counted.Bytes(report.Bytes)}\n");
        WriteClasses();
        WriteFigures();
        WriteProblems(ProblemSeverity.Error, "error");
        WriteProblems(ProblemSeverity.Warning, "warning");
        WriteDuplicates();
        WriteDoubts(doubts);
        WriteFiles();
    }

    private void WriteClasses()
    {
        var (names, parts) = (Math.Clamp(report.Classes.Max(found => Columns.Width(found.Name)), 10, 40), report.Classes[0].Parts.Keys.ToList());
        var table = new FittedTable<CheckedClass>(
        [
            new("class", names, (row, _) => row.Name, 3, Gap: 0) { IsLeft = true },
            .. parts.Select(part => new Column<CheckedClass>(part == "all" ? "photos" : part, 10, (row, _) => Number(row.Parts[part]), 3)),
            new("share", 6, (row, _) => Share((double)row.Count / Math.Max(1, report.Files)), 1),
        ], terminal.Width);
        terminal.Out.WriteLine(table.Header);
        foreach (var found in report.Classes) terminal.Out.WriteLine(table.Of(found));
        terminal.Out.WriteLine();
    }

    private void WriteFigures()
    {
        var (most, least) = (report.Classes.MaxBy(found => found.Count)!, report.Classes.MinBy(found => found.Count)!);
        if (report.Imbalance is > 1 and var times) Say(string.Create(CultureInfo.InvariantCulture, $"balance  {times:0.0} to 1: {most.Name} has {most.Count:N0}, {least.Name} {least.Count:N0}"));
        if (report.Sizes is { } sizes) Say($"sizes    {Range(sizes.Width)} wide, {Range(sizes.Height)} high");
        if (report.Mean is { } mean) Say($"colours  mean {Colours(mean)}, deviation {Colours(report.Deviation!)} of red, green, blue from 0 to 1");
    }

    private void WriteProblems(ProblemSeverity severity, string word)
    {
        var found = report.Problems.Where(problem => problem.Severity == severity).ToList();
        Say($"\n{(found.Count == 0 ? $"no {word}s" : Counted.Of(found.Count, word))}");
        foreach (var kind in found.GroupBy(problem => problem.Kind).OrderBy(kind => kind.Key))
        {
            // Errors each, warnings of a kind by an example: a phone turns every photo.
            var shown = severity == ProblemSeverity.Error ? Shown : 1;
            foreach (var problem in kind.Take(shown)) Say($"  {Word(kind.Key)}{(severity == ProblemSeverity.Error || kind.Count() == 1 ? "" : $" ({Number(kind.Count())})")}  {problem.Path}: {SettingOptions.In(problem.Reason)}");
            if (severity == ProblemSeverity.Error && kind.Count() > shown) Say($"  and {Number(kind.Count() - shown)} more");
        }
    }

    private void WriteDuplicates()
    {
        var (conflicts, leaks) = (report.Duplicates.Count(group => group.IsLabelConflict), report.Duplicates.Count(group => group.IsLeak));
        Say(report.Duplicates.Count == 0 ? "\nno duplicates" : $"\n{Counted.Of(report.Duplicates.Count, "group")} of duplicates: {Counted.Of(conflicts, "label conflict")}, {Counted.Of(leaks, "leak")} between parts");
        foreach (var group in report.Duplicates.Take(Shown)) Say($"  {Kind(group)}  {Paths(group)}");
        if (report.Duplicates.Count > Shown) Say($"  and {Number(report.Duplicates.Count - Shown)} more");
    }

    private void WriteDoubts(int shown)
    {
        if (report.Doubts is not { } doubts) return;
        Say(doubts.Count == 0 ? "\nno label that the network doubts" : $"\n{Counted.Of(doubts.Count, "label")} that the network doubts");
        foreach (var doubt in doubts.Take(shown))
            Say(string.Create(CultureInfo.InvariantCulture, $"  {doubt.Path}  {doubt.Class} {doubt.Probability:0.000}, rather {doubt.Likely} {doubt.LikelyProbability:0.000}  ({Seen(doubt.Seen)})"));
        if (doubts.Count > shown) Say($"  and {Number(doubts.Count - shown)} more");
    }

    private void WriteFiles()
    {
        Say($"\nsee   {files.Page}   {files.Quarantine}: {(report.Quarantine.Count == 0 ? "nothing to leave out" : $"{Counted.Of(report.Quarantine.Count, "photo")} to leave out")}");
        if (report.Quarantine.Count > 0) terminal.Out.WriteLine($"next  {Invocation.Line("train", report.Folder, "--exclude", files.Quarantine)}");
    }

    /// <summary>What a group of duplicates is, in few words.</summary>
    internal static string Kind(DuplicateGroup group)
    {
        var what = group.Kind == DuplicateKind.Exact ? "same file" : "same picture";
        return (group.IsLabelConflict, group.IsLeak) switch { (true, true) => $"label conflict and leak, {what}", (true, false) => $"label conflict, {what}", (false, true) => $"leak, {what}", _ => what };
    }

    /// <summary>What sort of problem it is, in a word or two.</summary>
    internal static string Word(ProblemKind kind) => DataCheckJson.Word(kind).Replace('_', ' ');

    /// <summary>Whether the network has learned from a picture, in few words.</summary>
    internal static string Seen(SeenInTraining seen) => seen switch { SeenInTraining.Trained => "trained on it", SeenInTraining.HeldOut => "not trained on it", _ => "training not recorded" };

    private static string Paths(DuplicateGroup group) => string.Join(" = ", group.Paths.Take(4)) + (group.Paths.Count > 4 ? $" and {Number(group.Paths.Count - 4)} more" : "");

    private static string Range((int Least, int Median, int Most) range) => string.Create(CultureInfo.InvariantCulture, $"{range.Least:N0}-{range.Most:N0} (median {range.Median:N0})");

    private static string Colours(IReadOnlyList<double> values) => string.Join(' ', values.Select(value => value.ToString("0.000", CultureInfo.InvariantCulture)));

    private static string Share(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private void Say(string text) => terminal.Out.WriteLine(terminal.Broken(text));
}
