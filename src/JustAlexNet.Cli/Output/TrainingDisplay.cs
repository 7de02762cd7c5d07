using System.Globalization;
using System.Text.Json;
using JustAlexNet.Evaluation;
using JustAlexNet.Training;
using Spectre.Console;

namespace JustAlexNet.Cli.Output;

/// <summary>Shows a run: a row an epoch; a live bar on a terminal, a line a minute in a log; or one JSON object an epoch.</summary>
internal sealed class TrainingDisplay(Terminal terminal, bool json, TimeProvider clock) : TrainingListener
{
    // A bar at its end is done for ever, and this one begins again with every epoch.
    private const double Full = 99.999;

    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1), BarInterval = TimeSpan.FromMilliseconds(200);

    private readonly TextWriter people = json ? terminal.Err : terminal.Out;
    private ProgressTask? bar;
    private long epochStarted, shown;
    private EpochSums sumsAtStart = EpochSums.None;

    /// <summary>Runs the work with a live bar below the rows where a person watches, plainly elsewhere.</summary>
    public T Live<T>(Func<T> work)
    {
        if (json || !terminal.IsInteractive) return work();
        return terminal.Live.Progress().AutoClear(true)
            .Columns(new ProgressBarColumn { Width = 36 }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                bar = context.AddTask("starting");
                return work();
            });
    }

    public override void Started(Trainer trainer)
    {
        StartEpoch(trainer);
        if (json) return;
        Row($"{"epoch",5} {"lr",8}   train loss   top-1  {Name(trainer),6}   val loss   top-1  {Name(trainer),6}   photos/s    time");
        foreach (var record in trainer.History) Row(Line(record, isBest: record == trainer.Best));
    }

    public override void StepDone(Trainer trainer)
    {
        if (clock.GetElapsedTime(shown) < (bar is null ? LogInterval : BarInterval)) return;
        trainer.RequireFiniteLoss();
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

    public override void ValidationStarted(Trainer trainer)
    {
        if (bar is null) return;
        bar.Value = Full;
        bar.Description = $"epoch {trainer.Position.Epoch + 1}/{trainer.Options.Epochs}  validating";
    }

    public override void EpochDone(Trainer trainer, EpochRecord record, ClassificationReport validation, bool isBest)
    {
        if (json)
        {
            var columns = HistoryFile.Columns(trainer.TopK).Zip(HistoryFile.Values(record));
            terminal.Out.WriteLine(JsonSerializer.Serialize(columns.ToDictionary(c => c.First, c => c.First == "epoch" ? (object)(int)c.Second : c.Second)));
            terminal.Out.Flush();
        }
        else Row(Line(record, isBest));
        StartEpoch(trainer);
        if (bar is null || trainer.IsFinished) return;
        bar.Value = 0;
        bar.Description = $"epoch {trainer.Position.Epoch + 1}/{trainer.Options.Epochs}  starting";
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
        var steps = (double)trainer.StepsPerEpoch * (trainer.Options.Epochs - trainer.Position.Epoch) - trainer.Position.Step;
        return string.Create(CultureInfo.InvariantCulture,
            $"epoch {trainer.Position.Epoch + 1}/{trainer.Options.Epochs}  {100 * trainer.Position.Step / trainer.StepsPerEpoch} %  loss {sums.Loss / sums.Images:0.00}  {rate:0.0}/s  {Durations.Rough(steps * perStep)} left");
    }

    private void Row(string text)
    {
        if (bar is null) people.WriteLine(text);
        else terminal.Live.WriteLine(text);
    }

    private static string Name(Trainer trainer) => $"top-{trainer.TopK}";

    private static string Line(EpochRecord r, bool isBest) => string.Create(CultureInfo.InvariantCulture,
        $"{r.Epoch,5} {r.LearningRate,8:0.######}   {r.TrainLoss,10:0.0000}   {r.TrainTop1:0.000}   {r.TrainTopK:0.000}   {r.ValLoss,8:0.0000}   {r.ValTop1:0.000}   {r.ValTopK:0.000}   {r.PhotosPerSecond,8:0.0}   {Durations.Clock(r.Seconds),5}{(isBest ? "  best" : "")}");
}
