using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using JustAlexNet.Runtime;

namespace JustAlexNet.Bench.Sides;

/// <summary>
/// The inside of a side's process: it says <c>{"ready": ...}</c> (or <c>{"skip": reason}</c>), answers every line <c>go N</c> with the seconds and units of N rounds (and, where it can, the seconds by kind of work, and figures of its own), and ends with its input.
/// </summary>
/// <remarks>The Python peers (<c>bench/python/side.py</c>) speak the same lines.</remarks>
internal static class SideHost
{
    public static int Run(string[] args)
    {
        // Ours as the command does it; the peers in a process as they find it.
        if (args[0] is "control" or "cached-head" or "uncached-head" || args[0].StartsWith("our-", StringComparison.Ordinal)) TorchRuntime.TuneProcess();
        Work? work = null;
        try
        {
            var settings = new SideSettings(args[1..]);
            work = Create(args[0], settings);
            settings.RequireAllTaken();
        }
        catch (CannotRunException e)
        {
            work?.Dispose();
            Say(new { skip = e.Message });
            return 0;
        }
        using (work)
        {
            Say(new { ready = work.About });
            while (Console.In.ReadLine() is { } line)
            {
                var repeats = int.Parse(line.AsSpan("go ".Length), CultureInfo.InvariantCulture);
                var (begun, units) = (Stopwatch.GetTimestamp(), 0.0);
                for (var i = 0; i < repeats; i++) units += work.Round();
                Say(new { seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds, units, parts = work.TakeParts(), figures = work.Figures() });
            }
        }
        return 0;
    }

    private static Work Create(string kind, SideSettings settings) => kind switch
    {
        "control" => new GemmWork(settings.Text("dtype"), settings.Number("side")),
        "our-step" => new OurStepWork(settings),
        "our-inference" => new OurInferenceWork(settings),
        "our-loader" => new OurLoaderWork(settings),
        "our-folder" => new OpenFolderWork(settings),
        "our-beginning" => new EpochBeginningWork(settings),
        "our-augment" => new OurAugmentWork(settings),
        "our-epoch" => new OurEpochWork(settings),
        "our-step-parts" => new StepPartsWork(settings),
        "our-checkpoints" => new CheckpointWork(settings),
        "cached-head" => new CachedHeadWork(settings),
        "uncached-head" => new UncachedHeadWork(settings),
        "plain-step" => new PlainStepWork(settings),
        "plain-inference" => new PlainInferenceWork(settings),
        "onnx-inference" => new OnnxInferenceWork(settings),
        "start" => new StartWork(settings),
        "our-serve" => new ServeWork(settings),
        "bare-onnx" => new BareOnnxWork(settings),
        "our-prepare" => new PrepareWork(settings),
        _ => throw new CannotRunException($"it has no side '{kind}'"),
    };

    private static void Say(object line)
    {
        Console.Out.WriteLine(JsonSerializer.Serialize(line));
        Console.Out.Flush();
    }
}
