using System.CommandLine;
using System.Globalization;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Cli.Output;
using JustAlexNet.Files;
using JustAlexNet.Imaging;
using JustAlexNet.Recipes;
using JustAlexNet.Runs;
using JustAlexNet.Runtime;
using JustAlexNet.Settings;
using JustAlexNet.Transfer;

namespace JustAlexNet.Cli.Verbs;

/// <summary>A verb that makes runs: settings in, <see cref="Run"/> out. What it can be told is its schema's affair.</summary>
internal sealed class RunVerb
{
    private readonly Option<bool> json = new("--json") { Description = "One JSON object an epoch on standard output, with the columns of history.csv, then one with the result" };
    private readonly Option<string?> file = Values.Path("--recipe", "Take settings from a YAML file; options on the line win", "FILE.yaml");
    private readonly Option<bool> print = new("--print-recipe") { Description = "Write the recipe that the line comes to as YAML, and do nothing else" };
    private readonly Option<bool> dry = new("--dry-run") { Description = "Say what the run will take, put one batch through everything (loading, learning, validation, checkpoint, pictures), and keep nothing" };
    private readonly SettingOptions options;
    private readonly string[] line;
    private readonly Terminal terminal;

    private RunVerb(RecipeSchema schema, string[] line, Terminal terminal) => (options, this.line, this.terminal) = (new(schema), line, terminal);

    /// <summary>The command of a schema.</summary>
    public static Command Create(RecipeSchema schema, string description, string[] line, Terminal terminal, params string[] examples)
    {
        var verb = new RunVerb(schema, line, terminal);
        var command = new Command(schema.Verb, description);
        verb.options.AddTo(command);
        foreach (var option in new Option[] { verb.json, verb.file, verb.print, verb.dry }) command.Add(option);
        HelpWithExamples.Add(command, examples);
        command.SetAction(verb.Run);
        return command;
    }

    private int Run(ParseResult result)
    {
        var recipe = options.Read(result, out var faults, result.GetValue(file));
        if (faults.Count == 0) faults = recipe.Faults(isWhole: recipe.Get(CommonSettings.Resume) is null);
        if (faults.Count > 0) throw new SettingException(string.Join('\n', faults));
        if (result.GetValue(print))
        {
            terminal.Out.Write(RecipeFile.Write(recipe));
            return ExitCode.Done;
        }
        var isJson = result.GetValue(json);
        var display = new RunDisplay(terminal, isJson, TimeProvider.System);
        using var stop = new StopSignal(display.Stopping);
        using var run = Open(recipe, stop);
        if (run is null) return stop.ExitCode;
        foreach (var note in run.Notes) terminal.Note(note);
        if (run.IsFinished)
        {
            if (run.Recipe.Has(TransferSettings.Mode) && run.Recipe.Get(TransferSettings.Mode) == TransferMode.Head)
            {
                terminal.Note($"{run.ResumedFrom} is a head that has learned: nothing to do.");
                return ExitCode.Done;
            }
            if (run.Position.Epoch < run.Recipe.Get(CommonSettings.Epochs))
            {
                var patience = run.Recipe.Get(CommonSettings.EarlyStopPatience);
                terminal.Note($"{run.ResumedFrom} is the end of its run, which stopped early after {Counted.Of(run.Position.Epoch, "epoch")}: no better validation top-1 for {patience}. Nothing to do; {CommonSettings.EarlyStopPatience} 0, or more than {patience}, goes on all the same.");
                return ExitCode.Done;
            }
            var more = CommonSettings.Epochs.OnResumeOf!(run.Recipe, run.Recipe) == OnResume.MayChange ? $" More epochs: {CommonSettings.Epochs} N." : "";
            terminal.Note($"{run.ResumedFrom} is the end of its run (epochs: {run.Position.Epoch} done, {run.Recipe.Get(CommonSettings.Epochs)} asked for): nothing to do.{more}");
            return ExitCode.Done;
        }
        Introduce(run, text => (isJson ? terminal.Err : terminal.Out).WriteLine(isJson ? PrintableText.OfLines(text) : terminal.Broken(text)));
        if (result.GetValue(dry)) return new DryRun(terminal, isJson).Execute(run, stop);
        run.Add(display);
        if (isJson) run.Add(new JsonLines(terminal.Out));
        var done = display.Live(() => run.Execute(stop.Token));
        return new RunSummary(run, done, GoOn(run, done, recipe, result), terminal, isJson).Say(stop);
    }

    private Runs.Run? Open(Recipe recipe, StopSignal stop)
    {
        using var counter = new CountingLine(terminal, TimeProvider.System);
        try
        {
            return Runs.Run.Open(recipe, new RunEnvironment
            {
                Command = [Root.Name, .. line],
                Download = new DownloadOptions { Progress = new DownloadDisplay(terminal).Show },
                ArithmeticProgress = counter.ShowCheck,
            }, stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            terminal.Error("interrupted; nothing was trained, and what was downloaded is kept");
            return null;
        }
    }

    private static void Introduce(Runs.Run run, Action<string> say)
    {
        var (data, recipe, precision) = (run.Data, run.Recipe, run.Precision);
        var gpus = ComputeDevice.CudaCount;
        var folds = recipe.Has(TransferSettings.Folds) ? recipe.Get(TransferSettings.Folds) : null;
        var source = run.ResumedFrom ?? (recipe.Get(TransferSettings.Pretrained) ?? (recipe.Has(TransferSettings.Backbone) ? recipe.Get(TransferSettings.Backbone) : null));
        var photos = folds is { } parts ? $"{Counted.Of(data.Training.Count + data.Validation.Count, "photo")} in {Counted.Of(parts, "part")}" : $"{data.Training.Count.ToString("N0", CultureInfo.InvariantCulture)} training / {Counted.Of(data.Validation.Count, "validation photo")}{(data.Test is { Count: > 0 and var kept } ? $", {kept} kept apart for testing" : "")}";
        say($"{run.Model}{(source is null ? "" : $" from {source}")} · {Counted.Of(data.Classes.Count, "class")} · {photos} ({data.Folder})");
        say($"{run.Device}{(gpus > 0 ? $" of {Counted.Of(gpus, "GPU")}" : "")}, {Counted.Of(TorchRuntime.Threads, "thread")}, {ProcessorFeatures.Summary} · {precision.Name} · channels-last · {(run.Preprocessing.Geometry is Squash ? "squash" : "shorter side, crop")} {run.Preprocessing.Side} px · {Counted.Of(run.Workers, "loader thread")} · seed {recipe.Get(CommonSettings.Seed)} · {run.Files.Folder}/");
        say($"{precision.Name}: {precision.Reason}");
        say($"plan  {OutlookText.Of(run.Outlook)}");
        if (run.ResumedFrom is { } file) say($"going on from {file}: {Counted.Of(run.Position.Epoch, "epoch")} and {Counted.Of(run.Position.Step, "step")} of the next done");
        say("");
    }

    // What the checkpoint does not decide has to be said again; where there is no checkpoint, everything: what the run has left in its folder may go.
    private string GoOn(Runs.Run run, RunResult done, Recipe asked, ParseResult result)
    {
        if (done.ResumeFrom is { } checkpoint) return Invocation.Line([run.Recipe.Schema.Verb, run.Data.Folder, .. Mode(run.Recipe), "--resume", checkpoint, "--output", run.Files.Folder, .. SettingOptions.Again(asked), .. result.GetValue(json) ? [json.Name] : Array.Empty<string>()]);
        var replaces = run.Files.HoldsRun && run.Recipe.Get(CommonSettings.Resume) != CommonSettings.Newest && !asked.Get(CommonSettings.Overwrite);
        return Invocation.Line(replaces ? [.. line, "--overwrite"] : line);
    }

    private static string[] Mode(Recipe recipe) => recipe.Has(TransferSettings.Mode) ? [SettingOptions.NameOf(TransferSettings.Mode.Name), recipe.TextOf(TransferSettings.Mode)] : [];
}
