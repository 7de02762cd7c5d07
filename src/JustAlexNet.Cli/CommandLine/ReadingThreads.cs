using JustAlexNet.Inference;

namespace JustAlexNet.Cli.CommandLine;

/// <summary>The option of verbs that read all photos and do nothing else.</summary>
internal static class ReadingThreads
{
    public static NumberOrWord<int> Option() => Values.WholeOr("auto", "--workers", "Threads that read photos");

    /// <summary>What is wrong with its value, as a sentence; null: nothing.</summary>
    public static string? Fault(int? workers) => workers < 1 || LoaderOptions.WorkersFault(workers) is not null ? $"--workers is {workers}, expected auto or 1 to {LoaderOptions.MaxWorkers}" : null;
}
