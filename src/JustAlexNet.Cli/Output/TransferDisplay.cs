using System.Text.Json;
using JustAlexNet.Training;
using JustAlexNet.Transfer;

namespace JustAlexNet.Cli.Output;

/// <summary>Shows a run of <c>transfer</c>: how far the features are, a row an epoch of the head; the epochs of fine-tuning are <see cref="TrainingDisplay"/>'s.</summary>
internal sealed class TransferDisplay
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1), LiveInterval = TimeSpan.FromMilliseconds(200);

    private readonly TransferRun run;
    private readonly Terminal terminal;
    private readonly TimeProvider clock;
    private readonly bool json, live;
    private readonly TextWriter people;
    private readonly EpochRows rows;
    private TrainingDisplay? tuning;
    private long started, shown, featured;
    private bool headed;

    public TransferDisplay(TransferRun run, Terminal terminal, bool json, TimeProvider clock)
    {
        (this.run, this.terminal, this.json, this.clock) = (run, terminal, json, clock);
        live = !json && terminal.IsInteractive;
        rows = new(run.Data.Classes.Count, json ? null : terminal.Width);
        people = json ? terminal.Err : terminal.Out;
        run.FeaturesComputed += Features;
        run.HeadEpochDone += Epoch;
    }

    /// <summary>Teaches a head.</summary>
    public TransferResult Head(CancellationToken stop)
    {
        started = shown = clock.GetTimestamp();
        return run.Run(stop);
    }

    /// <summary>Teaches a head and fine-tunes the network.</summary>
    public TransferResult Tune(TrainingDisplay epochs, CancellationToken stop)
    {
        started = shown = clock.GetTimestamp();
        tuning = epochs;
        return epochs.Live(() => run.Run(stop));
    }

    private void Features(FeatureProgress progress)
    {
        var done = progress.Done == progress.Total;
        if (!done && clock.GetElapsedTime(shown) < (live ? LiveInterval : LogInterval)) return;
        if (done && featured != 0) return;
        shown = clock.GetTimestamp();
        if (done) featured = shown;
        var seconds = clock.GetElapsedTime(started).TotalSeconds;
        var fresh = progress.Done - progress.FromCache;
        var left = fresh == 0 || done ? "" : $"  {Durations.Rough(seconds / fresh * (progress.Total - progress.Done))} left";
        var text = $"features  {progress.Done} of {progress.Total}{(progress.FromCache > 0 ? $" ({progress.FromCache} from the cache)" : "")}  {Durations.Clock(seconds)}{left}";
        if (tuning is not null) tuning.Before(text, done ? 1 : (double)progress.Done / progress.Total);
        else if (live) terminal.Out.Write(done ? $"\r{text}\e[K\n" : $"\r{text}\e[K");
        else people.WriteLine(text);
    }

    private void Epoch(EpochRecord record, bool isBest)
    {
        var k = Math.Min(5, run.Data.Classes.Count);
        if (json && run.Options.Mode == TransferMode.Head)
        {
            var columns = HistoryFile.Columns(k).Zip(HistoryFile.Values(record));
            terminal.Out.WriteLine(JsonSerializer.Serialize(columns.ToDictionary(c => c.First, c => c.First == "epoch" ? (object)(int)c.Second : c.Second)));
        }
        else if (run.Options.Mode == TransferMode.Head && run.Options.Head.Kind == HeadKind.Linear && run.Options.Folds is null)
        {
            if (!headed) people.WriteLine(rows.Header);
            headed = true;
            people.WriteLine(json ? rows.Of(record, isBest) : terminal.Coloured(rows.Of(record, isBest)));
        }
        else Say(FormattableString.Invariant($"head      training top-1 {record.TrainTop1:0.000}, validation top-1 {record.ValTop1:0.000}  {Durations.Clock(record.Seconds)}"));
    }

    private void Say(string line)
    {
        if (tuning is not null) tuning.Row(line);
        else people.WriteLine(line);
    }
}
