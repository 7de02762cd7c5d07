using System.Globalization;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Evaluation;
using JustAlexNet.Training;

namespace JustAlexNet.Cli.Output;

/// <summary>What is said when training has ended, and the exit code.</summary>
/// <param name="run">The run.</param>
/// <param name="done">How it ended.</param>
/// <param name="goOn">The command that continues it.</param>
/// <param name="people">Where results for people go.</param>
/// <param name="terminal">Where faults go.</param>
internal sealed class TrainingEnd(TrainingRun run, TrainingRunResult done, string goOn, TextWriter people, Terminal terminal)
{
    private readonly List<string> notSaved = [.. done.FilesNotWritten.Keys.Where(file => file.EndsWith(".pth", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <returns>The exit code.</returns>
    public int Say(StopSignal stop)
    {
        foreach (var skipped in done.Skipped) terminal.Note($"left out {skipped.Path}: {skipped.Reason}");
        people.WriteLine();
        if (done.Outcome == TrainingOutcome.Interrupted) SayInterrupted();
        else SayResult();
        SayNotWritten();
        return notSaved.Count > 0 ? ExitCode.NotSaved : done.Outcome == TrainingOutcome.Interrupted ? stop.ExitCode : ExitCode.Done;
    }

    private void SayInterrupted()
    {
        var position = run.Trainer.Position;
        var place = position.Step == 0 ? $"after epoch {position.Epoch}" : position.Step == run.Trainer.StepsPerEpoch ? $"in epoch {position.Epoch + 1} before its validation" : $"in epoch {position.Epoch + 1} after step {position.Step} of {run.Trainer.StepsPerEpoch}";
        people.WriteLine($"interrupted {place}{(notSaved.Contains(run.Files.Latest) ? "" : $"; saved in {run.Files.Latest}")}");
        people.WriteLine($"go on  {goOn}");
    }

    // Results of a terminal's width; commands stay in one piece, to be copied.
    private void Say(string line) => people.WriteLine(ReferenceEquals(people, terminal.Out) ? terminal.Coloured(terminal.Broken(line, "      ")) : line);

    private void SayResult()
    {
        if (done.Outcome == TrainingOutcome.StoppedEarly) Say($"stopped early: no better validation top-1 for {run.Options.Training.EarlyStopPatience} epochs");
        var best = done.Best!;
        var left = done.Skipped.Select(skipped => skipped.Path).ToHashSet();
        var count = run.Data.Validation.Count(sample => !left.Contains(sample.Path));
        var interval = WilsonInterval.Of((long)Math.Round(best.ValTop1 * count), count);
        Say(string.Create(CultureInfo.InvariantCulture,
            $"best  val top-1 {best.ValTop1:0.000} (95 % interval {interval.Low:0.000}-{interval.High:0.000})  epoch {best.Epoch}   {done.BestSaved ?? (notSaved.Contains(run.Files.Best) ? "NOT SAVED" : "not in this folder")}"));
        if (done.BestInFullPrecision is { } full) Say(string.Create(CultureInfo.InvariantCulture, $"fp32  val top-1 {full.Top1:0.000}  loss {Figures.Of(full.Loss, "0.0000", 10)}  (the same checkpoint, as predict computes)"));
        Say($"see   {string.Join("   ", new[] { run.Files.Curves, ConfusionMatrixPicture.Absence(run.Data.Classes.Count) is null ? run.Files.ConfusionPicture : run.Files.ConfusionTable }.Where(File.Exists))}");
        if (done.BestSaved is { } saved) people.WriteLine($"next  {Invocation.Line("predict", "PHOTO", "--checkpoint", saved)}");
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
        if (notSaved.Contains(run.Files.Latest) && done.BestSaved is { } best && run.Trainer.Position == new TrainingPosition(done.Best!.Epoch, 0)) return $"{best} is saved and holds epoch {done.Best.Epoch}, the newest too. {room}{(run.Trainer.IsFinished ? "." : $", then: {goOn}")}";
        if (notSaved.Contains(run.Files.Latest)) return $"{(done.ResumeFrom is null ? "No weights of this run are saved." : "The newest weights are lost; older checkpoints in the folder are whole.")} {room}, then: {goOn}";
        if (notSaved.Count == 0) return $"The checkpoints are saved. {room}.";
        return $"{run.Files.Latest} is saved and holds epoch {run.Trainer.Position.Epoch}; the best was epoch {done.Best!.Epoch}. {room}.";
    }
}
