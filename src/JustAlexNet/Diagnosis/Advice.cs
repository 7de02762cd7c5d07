using System.Globalization;
using JustAlexNet.Imaging;

namespace JustAlexNet.Diagnosis;

/// <summary>What would make a machine faster: a sentence each, with what to do. A function of the facts.</summary>
internal static class Advice
{
    private const long LittleMemory = 2L << 30;        // ResNet18 at 224 px and 32 photos a step takes 1.1 GiB

    public static IReadOnlyList<string> For(MachineFacts facts) => [.. Gpu(facts).Concat(Threads(facts)).Concat(Settings(facts)).Concat(Surroundings(facts))];

    private static IEnumerable<string> Gpu(MachineFacts facts)
    {
        if (facts.NvidiaGpus.Count > 0 && facts.UsableGpus == 0)
            yield return $"An {string.Join(", ", facts.NvidiaGpus)} is here and this build does not use it: build with -p:TorchBackend=cuda (docs/cuda.md).";
    }

    private static IEnumerable<string> Threads(MachineFacts facts)
    {
        var physical = Math.Max(1, facts.Cores / facts.ThreadsPerCore);
        if (facts.CpuLimit is { } limit && facts.Threads > Math.Ceiling(limit))
            yield return string.Create(CultureInfo.InvariantCulture,
                $"This container may use {limit:0.##} cores, and the network's {facts.Threads} threads wait for each other: set OMP_NUM_THREADS={Math.Max(1, (int)limit)}, or raise the limit.");
        else if (facts.Environment.TryGetValue("OMP_NUM_THREADS", out var asked) && facts.Threads < physical)
            yield return $"OMP_NUM_THREADS={asked} leaves {physical - facts.Threads} of {physical} cores unused: unset it.";
        else if (facts.ThreadsPerCore > 1 && facts.Threads > physical)
            yield return $"{facts.Threads} threads share {physical} cores, and two on one core seldom beat one: try OMP_NUM_THREADS={physical}.";
    }

    private static IEnumerable<string> Settings(MachineFacts facts)
    {
        foreach (var refused in facts.Refused) yield return $"{refused.TrimEnd('.')}: every other command refuses that.";
        foreach (var missing in facts.Missing) yield return $"{char.ToUpperInvariant(missing[0])}{missing[1..]}. Use the libtorch that the project pins.";
        if (facts.DecoderAdvice is { } decoder) yield return decoder;
        if (facts.Environment.TryGetValue(Runtime.AllocatorSettings.Switch, out var allocator) && allocator == "system")
            yield return $"{Runtime.AllocatorSettings.Switch}={allocator} gives memory back after every step and takes it anew: unset it, training is then 1.3 to 2 times faster.";
        else if (!facts.Allocator.Asked)
            yield return "This program leaves its process as it is: make TorchRuntime.TuneProcess() the first statement of its Main, training is then 1.3 to 2 times faster (docs/performance.md).";
        else if (facts.Allocator.Foreign is { } foreign)
            yield return $"Memory is served by {foreign}, which is left in charge: the settings for glibc's allocator are not in force. Without it (is LD_PRELOAD set?) they are; try which is faster.";
        else if (OperatingSystem.IsLinux() && !facts.Allocator.Tuned && !facts.Allocator.IsLeftToEnvironment && allocator is null)
            yield return $"The allocator is {facts.Allocator.Reason}: on a system with glibc (Debian, Ubuntu, Fedora) training is 1.3 to 2 times faster.";
        foreach (var name in new[] { "OMP_WAIT_POLICY", "GOMP_SPINCOUNT" })
            if (facts.Environment.TryGetValue(name, out var value) && !(name == "OMP_WAIT_POLICY" && value.Equals("passive", StringComparison.OrdinalIgnoreCase)))
                yield return $"{name}={value} may keep waiting threads busy on cores that the loader needs: unset it.";
    }

    private static IEnumerable<string> Surroundings(MachineFacts facts)
    {
        if (facts.Load is { } load && load >= 0.5 * facts.Cores)
            yield return string.Create(CultureInfo.InvariantCulture, $"Other programs keep this machine busy (load {load:0.0} on {facts.Cores} cores): end them, or measure again when they are done.");
        if (facts.FreeMemory is { } free && free < LittleMemory)
            yield return $"{Counted.Gibibytes(free)} of memory are free; a machine that swaps crawls. ResNet18 at 224 px takes about 1.1 GiB: end other programs, or pass a smaller `batch_size`.";
    }
}
