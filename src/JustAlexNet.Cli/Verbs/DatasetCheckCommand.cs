using System.CommandLine;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Data;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Recipes;
using JustAlexNet.Runs;
using JustAlexNet.Settings;
using JustAlexNet.Transfer;

namespace JustAlexNet.Cli.Verbs;

/// <summary><c>justalexnet dataset check DATA</c>: what is wrong with some photos.</summary>
internal static class DatasetCheckCommand
{
    private static readonly SettingOptions Settings = new(new RecipeSchema("dataset check", [CommonSettings.DataFolder, CommonSettings.Exclude]));
    private static readonly ModelOptions Model = new(purpose: "List labels that a network doubts. ");
    private static readonly Option<int> Doubts = Values.Whole("--doubts", "With --checkpoint: how many of the doubtful labels are shown; --json has all", 20);
    private static readonly NumberOrWord<int> Folds = Values.WholeOr("none", "--folds", "With --checkpoint or --pretrained: judge every label by a head on the network's features that was fitted without the photo, in so many folds; the network need not know the classes");
    private static readonly NumberOrWord<int> Workers = ReadingThreads.Option();
    private static readonly Option<string?> Output = Values.Path("--output", "Folder for quarantine.txt, which train --exclude takes, and report.html", "FOLDER", "dataset-check");
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object on standard output: files, classes, problems: [{path, severity, kind, reason}], duplicates: [{kind, paths, label_conflict, leak}] and more" };

    /// <summary>Command lines to copy.</summary>
    public static string[] Examples { get; } = ["dataset check photos", "dataset check photos --exclude dataset-check/quarantine.txt     # is the rest fine?", "dataset check photos --checkpoint checkpoints/best_model.pth     # labels that the network doubts too", "dataset check photos --pretrained imagenet --model resnet18 --folds 5     # the same without a network of one's own", "dataset check photos --json > check.json"];

    public static Command Create(Terminal terminal)
    {
        var check = new Command("check", "Read every photo and tell what is wrong: damage, duplicates, label conflicts, leaks between parts; nothing is changed. Exit code 1 for errors, conflicts and leaks.");
        Settings.AddTo(check);
        foreach (var option in new Option[] { Workers, Doubts, Folds, Output, Json }) check.Add(option);
        Model.AddTo(check);
        HelpWithExamples.Add(check, Examples);
        check.SetAction(result => Run(result, terminal));
        return check;
    }

    private static int Run(ParseResult result, Terminal terminal)
    {
        var recipe = Settings.Read(result, out var unread);
        var faults = (unread.Count > 0 ? unread : recipe.Faults()).ToList();
        var (doubts, workers, folds) = (result.GetValue(Doubts), Workers.Of(result), Folds.Of(result));
        if (doubts < 0) faults.Add($"--doubts is {doubts}, expected 0 or more");
        if (folds < 2) faults.Add($"--folds is {folds}, expected none, or 2 or more");
        if (folds is not null && !Model.IsNamed(result)) faults.Add("--folds is for --checkpoint or --pretrained, which name the network");
        if (ReadingThreads.Fault(workers) is { } threads) faults.Add(threads);
        string? fault = null;
        using var model = faults.Count == 0 && Model.IsNamed(result) ? Model.Open(result, terminal, out fault) : null;
        if (fault is not null) faults.Add(fault);
        if (faults.Count > 0) return LineFaults.Refuse(result, terminal, faults);
        var (data, output) = (recipe.Get(CommonSettings.DataFolder), result.GetValue(Output)!);
        var exclude = CommonSettings.Excluded(recipe);
        new RunFolder(output).RequireOutside(data);
        if (model is not null) Model.RequireMemory(model, int.MaxValue, new LoaderOptions().BatchSize, result, terminal, offersBatchSize: false);
        using var made = OutputFolder.Make(output, "name another folder with --output");
        using var stop = new StopSignal();
        var files = new CheckFiles(output);
        DataCheckReport report;
        var read = 0;
        try
        {
            using var counter = new CountingLine(terminal, TimeProvider.System);
            report = DataCheck.Run(data, new DataCheckOptions { Exclude = exclude, Workers = workers, Model = model, Judge = folds is { } parts ? new CrossValidatedLabels(parts) : LabelJudge.ByClasses }, (stage, done, of) =>
            {
                if (stage == DataCheckStage.Reading) read = done;
                if (stage == DataCheckStage.Fitting) counter.Show("fitting heads: fold", done, of);
                else counter.ShowSome(stage == DataCheckStage.Reading ? "reading photos" : "asking the network about labels: photo", done, of);
            }, stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            terminal.Error($"interrupted after {Counted.Of(read, "photo")}; the same command goes on from there");
            return stop.ExitCode;
        }
        foreach (var note in report.Notes) terminal.Note(note);
        if (model?.Engine.Note is { } remark) terminal.Note(remark);
        if (result.GetValue(Json)) DataCheckJson.Write(report, files, terminal.Out);
        else new DataCheckText(report, files, terminal).Write(doubts);
        try
        {
            using var counter = new CountingLine(terminal, TimeProvider.System);
            files.Write(report, doubts, workers, (done, of) => counter.ShowSome("making the page: photo", done, of), stop.Token);        // last: what was found is out, whatever the disk says
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            terminal.Error($"interrupted; what was found is said above, {files.Page} was not written");
            return stop.ExitCode;
        }
        return report.Passes ? ExitCode.Done : ExitCode.Failed;
    }
}
