using System.Globalization;
using System.Text.Json;
using JustAlexNet.Cli.CommandLine;
using JustAlexNet.Imaging;
using JustAlexNet.Runs;

namespace JustAlexNet.Cli.Output;

/// <summary>A rehearsal in place of a run, and what is said of it.</summary>
internal sealed class DryRun(Terminal terminal, bool json)
{
    /// <summary>Frees the run and does it in small.</summary>
    /// <returns>The exit code.</returns>
    public int Execute(Run run, StopSignal stop)
    {
        var (outlook, rehearsal) = (run.Outlook, Rehearsal.Of(run));
        run.Dispose();      // both together would need the memory twice
        RehearsalResult done;
        try
        {
            done = rehearsal.Execute(stop: stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            terminal.Error("interrupted; nothing was kept");
            return stop.ExitCode;
        }
        if (json) terminal.Out.WriteLine(JsonSerializer.Serialize(new
        {
            outcome = "dry_run", epochs = outlook.Epochs, steps_per_epoch = outlook.StepsPerEpoch, memory_bytes = outlook.Memory, memory_there_bytes = outlook.MemoryThere,
            checkpoint_bytes = outlook.Checkpoint, checkpoints = outlook.Checkpoints, disk_free_bytes = outlook.DiskFree, trained_on = done.Trained, validated_on = done.Validated, saved_bytes = done.Checkpoint, seconds = Math.Round(done.Time.TotalSeconds, 3),
        }));
        else terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"dry run  {Counted.Of(done.Trained, "photo")} learned, {done.Validated} validated, {Counted.Bytes(done.Checkpoint)} saved, pictures drawn, in {done.Time.TotalSeconds:0.0} s: everything works; nothing is kept"));
        return ExitCode.Done;
    }
}
