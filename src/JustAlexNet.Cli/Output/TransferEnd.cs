using System.Globalization;
using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Evaluation;
using JustAlexNet.Imaging;
using JustAlexNet.Training;
using JustAlexNet.Transfer;

namespace JustAlexNet.Cli.Output;

/// <summary>What is said when learning from few photos has ended, and the exit code.</summary>
/// <param name="run">The run.</param>
/// <param name="done">How it ended.</param>
/// <param name="goOn">The command that continues it, or does it again.</param>
/// <param name="people">Where results for people go.</param>
/// <param name="terminal">Where faults go.</param>
/// <param name="json">Whether standard output holds JSON alone.</param>
internal sealed class TransferEnd(TransferRun run, TransferResult done, string goOn, TextWriter people, Terminal terminal, bool json)
{
    private readonly List<string> notSaved = [.. done.FilesNotWritten.Keys.Where(file => file.EndsWith(".pth", StringComparison.Ordinal) || file == run.Saved).Order(StringComparer.Ordinal)];

    /// <returns>The exit code.</returns>
    public int Say(StopSignal stop)
    {
        foreach (var skipped in done.Skipped) terminal.Note($"left out {skipped.Path}: {skipped.Reason}");
        people.WriteLine();
        if (done.Outcome == TrainingOutcome.Interrupted) SayInterrupted();
        else SayResult();
        if (json) WriteJson();
        foreach (var (file, why) in done.FilesNotWritten.OrderBy(entry => entry.Key, StringComparer.Ordinal)) terminal.Error($"not written: {file}: {why.Split('\n')[0]}");
        if (notSaved.Count > 0) terminal.Warn($"free some space, or name another folder with --output, then: {goOn}");
        return notSaved.Count > 0 ? ExitCode.NotSaved : done.Outcome == TrainingOutcome.Interrupted ? stop.ExitCode : ExitCode.Done;
    }

    private void SayInterrupted()
    {
        if (done.ResumeFrom is not null)
        {
            people.WriteLine($"interrupted{(notSaved.Contains(run.Files.Latest) ? "" : $"; saved in {run.Files.Latest}")}");
            people.WriteLine($"go on  {goOn}");
        }
        else if (done.Best is not null) people.WriteLine($"interrupted; {(done.BestSaved is null ? "the best epoch is not saved" : $"the best epoch is saved in {done.BestSaved}")}");
        else people.WriteLine($"interrupted before {(run.Options.Mode == TransferMode.FineTune ? "fine-tuning began" : "there was a head")}{(run.Options.Cache is null ? "" : "; the features so far are kept, so the same command goes on from there")}");
    }

    // Results of a terminal's width; commands stay in one piece, to be copied.
    private void Say(string line) => people.WriteLine(ReferenceEquals(people, terminal.Out) ? terminal.Coloured(terminal.Broken(line, "      ")) : line);

    private void SayResult()
    {
        if (done.Outcome == TrainingOutcome.StoppedEarly) Say($"stopped early: validation top-1 did not get better any more; final_model.pth is {(done.Best!.Epoch == 0 ? "the head's alone" : "the best epoch's")}");
        if (done.C is { } c) Say(string.Create(CultureInfo.InvariantCulture, $"head  logistic, C {c}{(done.Trials.Count == 0 ? ", not chosen: no class has two photos to try strengths by" : $" of {done.Trials.Count} tried by cross-validation ({string.Join(", ", done.Trials.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.C}: {t.Top1:.000}")))})")}"));
        if (run.Options.Mode == TransferMode.FineTune && done.Head is { } head) Say($"head alone  val top-1 {Share(head.Top1, head.Count)}");
        var best = done.Best!;
        var what = run.Options.Folds is { } folds ? $"top-1 by cross-validation in {folds} parts" : "val top-1";
        Say($"best  {what} {Share(best.ValTop1, done.Measured)}  {(best.Epoch == 0 ? "the head alone, which no epoch of fine-tuning passed" : $"epoch {best.Epoch}")}   {done.BestSaved ?? (notSaved.Contains(run.Saved) ? "NOT SAVED" : "not in this folder")}");
        Say($"see   {string.Join("   ", new[] { run.Files.Curves, ConfusionMatrixPicture.Absence(run.Data.Classes.Count) is null ? run.Files.ConfusionPicture : run.Files.ConfusionTable }.Where(File.Exists))}");
        if (done.BestSaved is { } saved) people.WriteLine($"next  {Invocation.Line("predict", "PHOTO", "--checkpoint", saved)}");
    }

    private void WriteJson()
    {
        var interval = done.Best is null ? null : new double[] { Interval(done.Best.ValTop1, done.Measured).Low, Interval(done.Best.ValTop1, done.Measured).High };
        terminal.Out.WriteLine(JsonSerializer.Serialize(new
        {
            outcome = done.Outcome switch { TrainingOutcome.Finished => "finished", TrainingOutcome.StoppedEarly => "stopped_early", _ => "interrupted" },
            best_epoch = done.Best?.Epoch, val_top1 = done.Best?.ValTop1, val_top1_interval = interval, measured_on = done.Measured, folds = run.Options.Folds,
            head_top1 = done.Head?.Top1, c = done.C, checkpoint = done.BestSaved, files_not_written = done.FilesNotWritten,
        }));
    }

    private static string Share(double top1, long count)
    {
        var interval = Interval(top1, count);
        return string.Create(CultureInfo.InvariantCulture, $"{top1:0.000} (95 % interval {interval.Low:0.000}-{interval.High:0.000}, {Counted.Of(count, "photo")})");
    }

    private static WilsonInterval Interval(double top1, long count) => WilsonInterval.Of((long)Math.Round(top1 * count), count);
}
