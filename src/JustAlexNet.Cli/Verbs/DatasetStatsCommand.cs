using System.CommandLine;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Data;
using JustAlexNet.Imaging;
using JustAlexNet.Recipes;
using JustAlexNet.Settings;

namespace JustAlexNet.Cli.Verbs;

/// <summary><c>justalexnet dataset stats DATA</c>: what some photos are like, by the same reading as <c>dataset check</c>.</summary>
internal static class DatasetStatsCommand
{
    private static readonly SettingOptions Settings = new(new RecipeSchema("dataset stats", [CommonSettings.DataFolder, CommonSettings.Exclude]));
    private static readonly NumberOrWord<int> Workers = ReadingThreads.Option();
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object on standard output: files, classes, imbalance, formats, width, height, mean, std and more" };

    /// <summary>Command lines to copy.</summary>
    public static string[] Examples { get; } = ["dataset stats photos", "dataset stats photos --json > stats.json"];

    public static Command Create(Terminal terminal)
    {
        var stats = new Command("stats", "Read every photo and tell what they are like: classes and their balance, sizes, kinds of files, mean and deviation of the colours beside ImageNet's. Nothing is changed.");
        Settings.AddTo(stats);
        foreach (var option in new Option[] { Workers, Json }) stats.Add(option);
        HelpWithExamples.Add(stats, Examples);
        stats.SetAction(result => Run(result, terminal));
        return stats;
    }

    private static int Run(ParseResult result, Terminal terminal)
    {
        var recipe = Settings.Read(result, out var unread);
        var faults = (unread.Count > 0 ? unread : recipe.Faults()).ToList();
        var workers = Workers.Of(result);
        if (ReadingThreads.Fault(workers) is { } threads) faults.Add(threads);
        if (faults.Count > 0) return LineFaults.Refuse(result, terminal, faults);
        using var stop = new StopSignal();
        DataCheckReport report;
        try
        {
            using var counter = new CountingLine(terminal, TimeProvider.System);
            report = DataCheck.Run(recipe.Get(CommonSettings.DataFolder), new DataCheckOptions { Exclude = CommonSettings.Excluded(recipe), Workers = workers }, (_, done, of) => counter.ShowSome("reading photos", done, of), stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            terminal.Error("interrupted; the same command goes on from there");
            return stop.ExitCode;
        }
        foreach (var note in report.Notes.Concat(NotesOn(report))) terminal.Note(note);
        if (result.GetValue(Json))
        {
            DataCheckJson.WriteFigures(report, terminal.Out);
            return ExitCode.Done;
        }
        var figures = new DataFiguresText(terminal);
        figures.WriteHead(report);
        figures.WriteClasses(report.Classes);
        figures.WriteAllFigures(report);
        return ExitCode.Done;
    }

    private static IEnumerable<string> NotesOn(DataCheckReport report)
    {
        if (report.Problems.Count(problem => problem.Kind == ProblemKind.Unreadable) is > 0 and var damaged)
            yield return $"{Counted.Of(damaged, "photo")} cannot be read: {(damaged == 1 ? "it counts" : "they count")} as {(damaged == 1 ? "a photo" : "photos")}, but not for sizes and colours. dataset check names {(damaged == 1 ? "it" : "them")}.";
    }
}
