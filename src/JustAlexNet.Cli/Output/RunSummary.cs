using System.Globalization;
using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Recipes;
using JustAlexNet.Reports;
using JustAlexNet.Runs;
using JustAlexNet.Runtime;
using JustAlexNet.Training;
using JustAlexNet.Transfer;

namespace JustAlexNet.Cli.Output;

/// <summary>What is said when a run has ended, and the exit code.</summary>
/// <param name="run">The run.</param>
/// <param name="done">How it ended.</param>
/// <param name="goOn">The command that continues it, or does it again.</param>
/// <param name="terminal">Where faults go, and results.</param>
/// <param name="json">Whether standard output holds JSON alone.</param>
internal sealed class RunSummary(Run run, RunResult done, string goOn, Terminal terminal, bool json)
{
    private readonly List<string> notSaved = [.. done.FilesNotWritten.Keys.Where(file => file.EndsWith(".pth", StringComparison.Ordinal) || file == run.Saved).Order(StringComparer.Ordinal)];
    private readonly TextWriter people = json ? terminal.Err : terminal.Out;
    private readonly int? folds = run.Recipe.Has(TransferSettings.Folds) ? run.Recipe.Get(TransferSettings.Folds) : null;

    /// <returns>The exit code.</returns>
    public int Say(StopSignal stop)
    {
        foreach (var skipped in done.Skipped) terminal.Note($"left out {PrintableText.Of(skipped.Path)}: {skipped.Reason}");
        people.WriteLine();
        if (done.Outcome == TrainingOutcome.Interrupted) SayInterrupted();
        else SayResult();
        if (json) WriteJson();
        SayNotWritten();
        return notSaved.Count > 0 ? ExitCode.NotSaved : done.Outcome == TrainingOutcome.Interrupted ? stop.ExitCode : ExitCode.Done;
    }

    private void SayInterrupted()
    {
        if (done.Network is { } network)
        {
            Say($"interrupted {Place(network)}{(notSaved.Contains(run.Files.Latest) ? "" : $"; saved in {run.Files.Latest}")}");
            people.WriteLine($"go on  {goOn}");
        }
        else if (done.Best is not null) Say($"interrupted; {(done.BestSaved is null ? "the best epoch is not saved" : $"the best epoch is saved in {done.BestSaved}")}");
        else Say($"interrupted before {(IsTuned ? "fine-tuning began" : "there was a head")}{(run.Recipe.Get(TransferSettings.Cache) is null ? "" : "; the features so far are kept, so the same command goes on from there")}");
    }

    private static string Place(NetworkResult network) => network.Position switch
    {
        { Step: 0 } at => $"after epoch {at.Epoch}",
        var at when at.Step == network.StepsPerEpoch => $"in epoch {at.Epoch + 1} before its validation",
        var at => $"in epoch {at.Epoch + 1} after step {at.Step} of {network.StepsPerEpoch}",
    };

    private bool IsTuned => run.Recipe.Has(TransferSettings.Mode) && run.Recipe.Get(TransferSettings.Mode) == TransferMode.FineTune;

    // Results of a terminal's width; commands stay in one piece, to be copied.
    private void Say(string line) => people.WriteLine(ReferenceEquals(people, terminal.Out) ? terminal.Coloured(terminal.Broken(line, "      ")) : PrintableText.OfLines(line));

    private void SayResult()
    {
        var best = done.Best!;
        var measured = done.Phases[^1].Measured;
        if (done.Outcome == TrainingOutcome.StoppedEarly)
            Say($"stopped early: no better validation top-1 for {Counted.Of(run.Recipe.Get(CommonSettings.EarlyStopPatience), "epoch")}{(File.Exists(run.Files.Final) ? $"; final_model.pth is {(best.Epoch == 0 ? "the head's alone" : "the best epoch's")}" : "")}");
        if (done.Head is { C: { } c } logistic) Say($"head  logistic, C {Number(c)}{Tried(logistic.Trials)}");
        if (done.Network is not null && done.Head is { } head) Say($"head alone  val top-1 {Share(head.Validation.Top1, head.Validation.Count)}");
        var what = folds is { } parts ? $"top-1 by cross-validation in {parts} parts" : "val top-1";
        var epoch = best.Epoch == 0 ? "the head alone, which no epoch of fine-tuning passed" : $"epoch {best.Epoch}";
        Say($"best  {what} {Share(best.ValTop1, measured)}  {epoch}   {done.BestSaved ?? (notSaved.Contains(run.Saved) ? "NOT SAVED" : "not in this folder")}");
        if (done.Network?.BestInFullPrecision is { } full) Say(string.Create(CultureInfo.InvariantCulture, $"fp32  val top-1 {full.Top1:0.000}  loss {full.Loss:0.0000}  (the same checkpoint, as predict computes)"));
        if (done.Network is null && run.Precision.Precision != Precision.Fp32) Say($"{run.Precision.Name}  what the features were computed in; predict and evaluate compute in fp32, where a photo between two classes may change sides");
        Say($"see   {string.Join("   ", new[] { run.Files.Curves, ConfusionMatrixPicture.Absence(run.Data.Classes.Count) is null ? run.Files.ConfusionPicture : run.Files.ConfusionTable }.Where(File.Exists))}");
        if (done.BestSaved is { } saved) people.WriteLine($"next  {Invocation.Line("predict", "PHOTO", "--checkpoint", saved)}");
    }

    private static string Tried(IReadOnlyList<StrengthTrial> trials) => trials.Count == 0 ? ", not chosen: no class has two photos to try strengths by"
        : $" of {trials.Count} tried by cross-validation ({string.Join(", ", trials.Select(trial => string.Create(CultureInfo.InvariantCulture, $"{trial.C}: {trial.Top1:.000}")))})";

    private void WriteJson()
    {
        var best = done.Best;
        var measured = done.Phases.Count > 0 ? done.Phases[^1].Measured : 0;
        var interval = best is null ? null : new[] { Interval(best.ValTop1, measured).Low, Interval(best.ValTop1, measured).High };
        terminal.Out.WriteLine(JsonSerializer.Serialize(new
        {
            outcome = done.OutcomeName,
            best_epoch = best?.Epoch, val_top1 = best?.ValTop1, val_top1_interval = interval, val_top1_fp32 = done.Network?.BestInFullPrecision?.Top1, precision = run.Precision.Name, measured_on = measured, folds,
            head_top1 = done.Head?.Validation.Top1, c = done.Head?.C, checkpoint = done.BestSaved, files_not_written = done.FilesNotWritten,
        }));
    }

    private void SayNotWritten()
    {
        if (done.FilesNotWritten.Count == 0) return;
        var files = done.FilesNotWritten.Keys.Order(StringComparer.Ordinal).ToList();
        var why = done.FilesNotWritten[files[0]].Split('\n')[0];
        var others = files.Count > 1 ? $" (and {string.Join(", ", files.Skip(1).Select(Path.GetFileName))})" : "";
        terminal.Error($"{why}{others}\n{WhatNow()}");
    }

    private string WhatNow()
    {
        const string room = "Free some space, or name another folder with --output";
        if (notSaved.Count == 0) return $"The checkpoints are saved. {room}.";
        if (done.Network is not { } network) return $"{room}, then: {goOn}";
        var isLost = notSaved.Contains(run.Files.Latest);
        if (isLost && done.BestSaved is { } best && network.Position == new TrainingPosition(done.Best!.Epoch, 0)) return $"{best} is saved and holds epoch {done.Best.Epoch}, the newest too. {room}{(network.Position.Epoch >= run.Recipe.Get(CommonSettings.Epochs) ? "." : $", then: {goOn}")}";
        if (isLost) return $"{(done.ResumeFrom is null ? "No weights of this run are saved." : "The newest weights are lost; older checkpoints in the folder are whole.")} {room}, then: {goOn}";
        return $"{run.Files.Latest} is saved and holds epoch {network.Position.Epoch}; the best was epoch {done.Best!.Epoch}. {room}.";
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Share(double top1, long count)
    {
        var interval = Interval(top1, count);
        return string.Create(CultureInfo.InvariantCulture, $"{top1:0.000} (95 % interval {interval.Low:0.000}-{interval.High:0.000}, {Counted.Of(count, "photo")})");
    }

    private static WilsonInterval Interval(double top1, long count) => WilsonInterval.Of((long)Math.Round(top1 * count), count);
}
