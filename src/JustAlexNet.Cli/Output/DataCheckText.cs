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
        var figures = new DataFiguresText(terminal);
        figures.WriteHead(report);
        figures.WriteClasses(report.Classes);
        figures.WriteFigures(report);
        WriteProblems(ProblemSeverity.Error, "error");
        WriteProblems(ProblemSeverity.Warning, "warning");
        WriteDuplicates();
        WriteDoubts(doubts);
        WriteFiles();
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

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private void Say(string text) => terminal.Out.WriteLine(terminal.Broken(text));
}
