using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Reports;
using JustAlexNet.Runs;

namespace JustAlexNet.Cli.Verbs;

/// <summary><c>justalexnet evaluate DATA</c></summary>
internal static class EvaluateCommand
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    private static readonly Argument<string> Folder = Values.NotEmpty(new Argument<string>("DATA") { Description = "Folder of photos, as for train; classes match by name" });
    private static readonly ModelOptions Model = new();
    private static readonly Option<string> Split = Values.Choice("--split", "auto: test, else val, else the validation part that the checkpoint records, else (photos that it does not record) all", "auto", "auto", "train", "val", "test", "all");
    private static readonly Option<int> BatchSize = Values.Whole("--batch-size", "Photos at once", 32);
    private static readonly NumberOrWord<int> Workers = Values.WholeOr("auto", "--workers", "Threads that read photos");
    private static readonly Option<string> Bad = Values.Choice("--bad-images", "Stop at a photo that cannot be read, or leave it out and list it", "fail", "fail", "skip");
    private static readonly NumberOrWord<int> BadLimit = Values.WholeOr("none", "--bad-images-limit", "With --bad-images skip: stop after all when more than N are bad");
    private static readonly Option<string?> Exclude = Values.Path("--exclude", "Leave out the photos that a file lists: a path a line, relative to DATA", "LIST");
    private static readonly Option<string?> Predictions = Values.Path("--predictions", "Write a CSV line a photo: image, true, predicted, probability", "FILE");
    private static readonly Option<string?> Output = Values.Path("--output", "Folder for confusion_matrix.csv and .png", "FOLDER", "evaluation");
    private static readonly Option<bool> CsvMark = Values.CsvMark();
    private static readonly Option<bool> Json = new("--json") { Description = "One JSON object on standard output" };

    public static Command Create(Terminal terminal)
    {
        var command = new Command("evaluate", "Measure a saved model on a folder of photos.") { Folder, Split, BatchSize, Workers, Exclude, Bad, BadLimit, Predictions, Output, CsvMark, Json };
        Model.AddTo(command);
        HelpWithExamples.Add(command,
            "evaluate photos",
            "evaluate holiday --split all --predictions holiday.csv --output holiday-results",
            "evaluate photos --model resnet18 --pretrained imagenet       # folders named as ImageNet's classes",
            "evaluate photos --checkpoint runs/cosine/best_model.pth --json");
        command.SetAction(result => Run(result, terminal));
        return command;
    }

    private static int Run(ParseResult result, Terminal terminal)
    {
        var loading = new LoaderOptions { BatchSize = result.GetValue(BatchSize), Workers = Workers.Of(result), BadImages = result.GetValue(Bad) == "skip" ? BadImages.Skip(BadLimit.Of(result)) : BadImages.Fail };
        var fault = loading.BatchSize < 1 ? $"--batch-size is {loading.BatchSize}, expected 1 or more" : LoaderOptions.WorkersFault(loading.Workers);
        using var model = fault is null ? Model.Open(result, terminal, out fault) : null;
        if (model is null) return LineFaults.Refuse(result, terminal, fault!);
        var json = result.GetValue(Json);
        var run = EvaluationRun.Open(model, result.GetValue(Folder)!, Enum.Parse<EvaluationSplit>(result.GetValue(Split)!, ignoreCase: true), result.GetValue(Exclude) is { } list ? ExcludeList.Read(list) : null);
        foreach (var note in run.Notes) terminal.Note(note);
        if (run.TrainedOn > 0) terminal.Note($"{run.TrainedOn} of {Counted.Of(run.Samples.Count, "photo")} {(run.TrainedOn == 1 ? "was" : "were")} trained on (same class, name and size): the figures flatter the model");
        Model.RequireMemory(model, run.Samples.Count, loading.BatchSize, result, terminal);
        var output = result.GetValue(Output)!;
        if (new RunFolder(output).HoldsRun) throw new PredictionException($"{output} holds a run of train or transfer, whose confusion matrix would be replaced.\nName another folder with --output.");
        new RunFolder(output).RequireApartFrom(run.Samples);
        using var made = OutputFolder.Make(output, "name another folder with --output");
        using var stop = new StopSignal();
        try
        {
            var report = Measure(run, loading, result, terminal, json, stop.Token);
            foreach (var skipped in run.Skipped) terminal.Note($"left out {PrintableText.Of(skipped.Path)}: {skipped.Reason}");
            foreach (var sentence in run.Unmeasured) terminal.Note(sentence);
            if (model.Engine.Note is { } note) terminal.Note(note);
            var absent = ConfusionMatrixPicture.Absence(model.Classes.Count);
            if (absent is not null) terminal.Note(absent);
            var files = (Table: Path.Combine(output, "confusion_matrix.csv"), Picture: absent is null ? Path.Combine(output, "confusion_matrix.png") : null);
            var replaced = File.Exists(files.Table) || File.Exists(files.Picture);
            if (json) WriteJson(run, report, model, files, replaced, terminal);
            else WriteText(run, report, model, files, replaced, terminal);
            ConfusionMatrixCsv.Save(report.Confusion, files.Table, result.GetValue(CsvMark));         // last: the figures are out, whatever the disk says
            var words = new ConfusionMatrixTexts();
            var data = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(result.GetValue(Folder)!)));
            if (files.Picture is not null) ConfusionMatrixPicture.Save(report.Confusion, files.Picture, words with { Title = $"{words.Title}: {model.Name}, {data}, {run.What}", Names = model.Classes.Readable });
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            terminal.Error("interrupted; nothing was written");
            return stop.ExitCode;
        }
    }

    // Apart: it asks for classes of TorchSharp's, which .onnx files do without.
    private static ClassificationReport Measure(EvaluationRun run, LoaderOptions loading, ParseResult result, Terminal terminal, bool json, CancellationToken stop)
    {
        using var predictions = result.GetValue(Predictions) is { } path ? new OptionFile(path, Predictions.Name, result.GetValue(CsvMark)) : null;
        var live = !json && terminal.IsErrorWatched;
        try
        {
            ClassificationReport? report = null;
            void Measured(OptionFile? file) => report = run.Run(loading, file?.Text, done =>
            {
                if (live) terminal.Err.Write($"\r{done} of {Counted.Of(run.Samples.Count, "photo")} ");
            }, stop);
            // The only file that is written meanwhile is this one; pictures that cannot be read have exceptions of their own.
            if (predictions is null) Measured(null);
            else predictions.Write(Measured);
            predictions?.Commit();
            return report!;
        }
        finally
        {
            if (live) terminal.Err.Write("\r\e[K");
        }
    }

    private static void WriteJson(EvaluationRun run, ClassificationReport report, SavedModel model, (string Table, string? Picture) files, bool replaced, Terminal terminal) =>
        terminal.Out.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["checkpoint"] = model.Path,
            ["model"] = model.Name,
            ["precision"] = model.Precision,
            ["measured_on"] = run.What,
            ["images"] = report.Count,
            ["trained_on"] = run.TrainedOn,
            ["loss"] = report.Loss,
            ["top1"] = report.Top1,
            [report.TopKName] = report.TopK,
            ["top1_interval"] = new[] { report.AccuracyInterval.Low, report.AccuracyInterval.High },
            ["macro_f1"] = report.MacroF1,
            ["balanced_accuracy"] = report.BalancedAccuracy,
            ["log_loss"] = report.Loss,
            ["classes"] = report.Classes.Select(c => new { name = c.Name, meaning = model.Classes.Meanings.GetValueOrDefault(c.Name), precision = c.Precision, recall = c.Recall, f1 = c.F1, support = c.Support }),
            ["skipped"] = run.Skipped.Select(s => new { path = s.Path, reason = s.Reason }),
            ["confusion_matrix"] = new { csv = files.Table, png = files.Picture, replaced },
        }, Readable));

    private static void WriteText(EvaluationRun run, ClassificationReport report, SavedModel model, (string Table, string? Picture) files, bool replaced, Terminal terminal)
    {
        void Say(string text) => terminal.Out.WriteLine(terminal.Broken(text));
        Say($"{model.Name} · {model.Path} · {run.What}: {Counted.Of(report.Count, "photo")}\n");
        var rows = new ClassRows(model.Classes.Labels, terminal.Width);
        terminal.Out.WriteLine(rows.Header);
        foreach (var line in report.Classes.Zip(model.Classes.Labels, (score, label) => rows.Of(label, score)).SelectMany(lines => lines)) terminal.Out.WriteLine(line);
        Say(string.Create(CultureInfo.InvariantCulture,
            $"\ntop-1 {report.Top1:0.0000} (95 % interval {report.AccuracyInterval.Low:0.000}-{report.AccuracyInterval.High:0.000}){(report.Classes.Count > 5 ? $"   top-{report.K} {report.TopK.ToString("0.0000", CultureInfo.InvariantCulture)}" : "")}   log-loss {Figures.Of(report.Loss, "0.0000", 10)}"));
        Say(string.Create(CultureInfo.InvariantCulture, $"macro-F1 {report.MacroF1:0.0000}   balanced accuracy {report.BalancedAccuracy:0.0000}"));
        Say($"see   {files.Table}   {files.Picture}{(replaced ? "   (in place of an earlier evaluation's)" : "")}");
    }
}
