using System.Globalization;
using JustAlexNet.Data;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Reports;
using JustAlexNet.Training;
using Spectre.Console;

namespace JustAlexNet.Cli.Output;

/// <summary>Shows a run to people: how far features are, a row an epoch; a live bar on a terminal, a line a minute in a log.</summary>
/// <param name="terminal">Where it is shown: on standard output, beside JSON on standard error.</param>
/// <param name="json">Whether standard output is JSON's; then epochs are not shown besides.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class RunDisplay(Terminal terminal, bool json, TimeProvider clock) : TrainingListener
{
    private const string StoppingText = "stopping after this step and saving; once more leaves at once", ShortStoppingText = "stopping and saving";

    // A bar at its end is done for ever, and this one begins again with every epoch.
    private const double Full = 99.999;

    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1), BarInterval = TimeSpan.FromMilliseconds(200);

    private readonly TextWriter people = json ? terminal.Err : terminal.Out;
    private volatile ProgressTask? bar;
    private volatile bool stopping;
    private bool toldOfLeftOut, headed;
    private volatile bool begun;
    private long epochStarted, shown, workStarted;
    private EpochRows? rows;
    private StepPace? pace;
    private EpochSums sumsAtStart = EpochSums.None;

    /// <summary>Runs the work with a live bar below the rows where a person watches, plainly elsewhere.</summary>
    public T Live<T>(Func<T> work)
    {
        if (json || !terminal.IsInteractive) return work();
        return terminal.Live.Progress().AutoClear(true)
            .Columns(new ProgressBarColumn { Width = BarWidth }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                bar = context.AddTask("starting");
                return work();
            });
    }

    /// <summary>Says that a signal was heard; may come from any thread. Text beside a live bar would garble it, so the bar says it.</summary>
    /// <param name="atOnce">It is the second one, and this the last word.</param>
    public void Stopping(bool atOnce)
    {
        if (atOnce)
        {
            terminal.ShowCursor();
            return;
        }
        stopping = true;
        if (bar is { } live) live.Description = Fitting(StoppingText, ShortStoppingText);
        else terminal.Warn(begun ? StoppingText : "stopping; nothing is learned yet");
    }

    /// <summary>Says what a person should know: above the bar where there is one, for two writers would garble each other.</summary>
    public override void Warned(string message)
    {
        if (bar is null || !terminal.IsErrorWatched) terminal.Warn(message);
        else foreach (var line in message.Split('\n').Select((line, i) => i == 0 ? $"note: {line}" : $"  {line.Trim()}")) Row(line);
    }

    /// <summary>Writes a line above the bar, or plainly.</summary>
    public void Row(string text)
    {
        text = PrintableText.Of(text);
        if (bar is null) people.WriteLine(terminal.Coloured(text));
        else terminal.Live.Write(new ControlCode(string.Concat(Wrapping.Lines(text, terminal.Live.Profile.Width - 1, "  ").Select(line => $"{terminal.Coloured(line)}\e[K\n"))));     // as it is: Spectre would break long rows and leave the old bar behind them
    }

    public override void Started(RunStart run)
    {
        begun = true;
        workStarted = shown = clock.GetTimestamp();
    }

    public override void Progressed(WorkProgress progress)
    {
        var isDone = progress.Done == progress.Total;
        if (!isDone && clock.GetElapsedTime(shown) < (json || !terminal.IsInteractive ? LogInterval : BarInterval)) return;
        shown = clock.GetTimestamp();
        var seconds = clock.GetElapsedTime(workStarted).TotalSeconds;
        var fresh = progress.Done - progress.FromCache;
        var left = fresh == 0 || isDone ? "" : $"  {Durations.Rough(seconds / fresh * (progress.Total - progress.Done))} left";
        var text = $"{progress.What}  {progress.Done} of {progress.Total}{(progress.FromCache > 0 ? $" ({progress.FromCache} from the cache)" : "")}  {Durations.Clock(seconds)}{left}";
        if (bar is null || isDone) Row(text);
        if (bar is null || stopping) return;
        bar.Value = isDone ? 0 : 100.0 * progress.Done / progress.Total;
        bar.Description = Markup.Escape(isDone ? "starting" : Fitting(text, text.Split("  ", 2)[^1]));
    }

    public override void PhaseStarted(TrainingPhase phase)
    {
        if (phase is Trainer trainer) StartEpoch(trainer);
        pace = phase is Trainer ? new StepPace(clock) : null;
        rows = phase is Trainer || phase is { IsLast: true, Epochs: > 1 } ? new EpochRows(phase.Classes, bar is null ? null : terminal.Width, phase is Trainer learning && learning.ImageSizeOf(0) != learning.ImageSizeOf(int.MaxValue - 1)) : null;
        headed = false;
        if (phase is not Trainer || json) return;
        Head();
        foreach (var record in phase.History) Row(rows!.Of(record, isBest: record == phase.Best));
    }

    public override void StepDone(Trainer trainer)
    {
        pace?.Count(trainer, Row);
        if (stopping || clock.GetElapsedTime(shown) < (bar is null ? LogInterval : BarInterval)) return;
        if (!trainer.LossIsFinite()) return;
        var sums = trainer.ReadSums();
        shown = clock.GetTimestamp();
        var text = Progress(trainer, sums);
        if (bar is not null)
        {
            bar.Value = Math.Min(Full, 100.0 * trainer.Position.Step / trainer.StepsPerEpoch);
            bar.Description = Markup.Escape(text);
        }
        else people.WriteLine(text);
    }

    public override void BatchSkipped(Trainer trainer, Batch batch)
    {
        if (toldOfLeftOut) return;
        toldOfLeftOut = true;
        var text = $"step {trainer.Position.Step} of epoch {trainer.Position.Epoch + 1} is left out, and so will be others like it: bad photos leave one of its batch, too few for batch normalisation at this --image-size";
        if (bar is null) terminal.Warn(text);
        else Row($"note: {text}");
    }

    public override void ValidationStarted(Trainer trainer)
    {
        if (bar is null || stopping) return;
        bar.Value = Full;
        bar.Description = $"epoch {trainer.Position.Epoch + 1}/{trainer.Options.Epochs}  validating";
    }

    public override void EpochDone(TrainingPhase phase, EpochRecord record, ClassificationReport validation, bool isBest)
    {
        if (rows is null) Row(FormattableString.Invariant($"head      training top-1 {record.TrainTop1:0.000}, validation top-1 {record.ValTop1:0.000}  {Durations.Clock(record.Seconds)}"));
        else if (!json)
        {
            Head();
            Row(rows.Of(record, isBest));
        }
        if (phase is not Trainer trainer) return;
        StartEpoch(trainer);
        if (bar is null || stopping || trainer.IsFinished) return;
        bar.Value = 0;
        bar.Description = $"epoch {trainer.Position.Epoch + 1}/{trainer.Options.Epochs}  starting";
    }

    private void Head()
    {
        if (!headed) Row(rows!.Header);
        headed = true;
    }

    private void StartEpoch(Trainer trainer)
    {
        epochStarted = shown = clock.GetTimestamp();
        sumsAtStart = trainer.ReadSums();
    }

    private string Progress(Trainer trainer, EpochSums sums)
    {
        var seconds = clock.GetElapsedTime(epochStarted).TotalSeconds;
        var rate = (sums.Images - sumsAtStart.Images) / Math.Max(seconds, 1e-9);
        var perStep = seconds / Math.Max(1, sums.Images - sumsAtStart.Images) * sums.Images / Math.Max(1, trainer.Position.Step);
        var steps = trainer.StepsPerEpoch * StepPace.EpochsLeft(trainer) - trainer.Position.Step;
        var (epoch, done, left) = ($"epoch {trainer.Position.Epoch + 1}/{trainer.Options.Epochs}", $"{100 * trainer.Position.Step / trainer.StepsPerEpoch} %", $"{Durations.Rough(steps * perStep)} left");
        var (loss, speed) = ($"loss {Figures.Of(sums.Loss / sums.Images, "0.00", 7)}", string.Create(CultureInfo.InvariantCulture, $"{rate:0.0}/s"));
        return Fitting($"{epoch}  {done}  {loss}  {speed}  {left}", $"{epoch}  {done}  {loss}  {left}", $"{epoch}  {done}  {left}", $"{epoch}  {left}");
    }

    private int BarWidth => terminal.Live.Profile.Width switch { >= 100 => 36, >= 70 => 20, _ => 8 };

    // The first that has room beside the bar, else the last; a log has room for all.
    private string Fitting(params string[] texts) => bar is null ? texts[0] : texts.FirstOrDefault(text => Columns.Width(text) < terminal.Live.Profile.Width - BarWidth - 2) ?? texts[^1];
}
