using System.Globalization;

namespace JustAlexNet.Diagnosis;

/// <summary>One line of an examination.</summary>
/// <param name="Name">Its name for programs, such as <c>intra_op_threads</c>.</param>
/// <param name="Label">Its name for people.</param>
/// <param name="Value">A number, a text, a list of texts or a dictionary of texts; null where it is not known. Bytes and plain counts, not rounded.</param>
/// <param name="Text">The value for people.</param>
public sealed record Finding(string Name, string Label, object? Value, string Text);

/// <summary>What <see cref="Doctor"/> found.</summary>
/// <param name="Findings">Machine, settings and measurements, in the order in which they are shown.</param>
/// <param name="Advice">A sentence for each thing that would make this machine faster; empty where nothing was found.</param>
public sealed record MachineReport(IReadOnlyList<Finding> Findings, IReadOnlyList<string> Advice)
{
    internal static MachineReport Of(MachineFacts facts, Measurements measured) => new([.. Machine(facts), .. Settings(facts), .. Speed(facts, measured)], Diagnosis.Advice.For(facts));

    private static IEnumerable<Finding> Machine(MachineFacts facts)
    {
        yield return new("system", "system", facts.System, facts.System);
        yield return new("processor", "processor", facts.Processor, facts.Processor);
        yield return new("features", "features", facts.Features, facts.Features.Count == 0 ? "none of those that matter here" : string.Join(' ', facts.Features));
        yield return new("caches_hidden", "caches", facts.HidesCaches, facts.HidesCaches ? "hidden by the hypervisor: 1 x 1 convolutions are computed as matrix products" : "visible");
        yield return new("cores", "cores", facts.Cores, $"{facts.Cores}{(facts.ThreadsPerCore > 1 ? $" hardware threads, {facts.ThreadsPerCore} a core" : "")}");
        yield return new("cpu_limit", "limit", facts.CpuLimit, facts.CpuLimit is { } limit ? string.Create(CultureInfo.InvariantCulture, $"{limit:0.##} cores") : "none");
        yield return new("load", "load", facts.Load, facts.Load is { } load ? load.ToString("0.0", CultureInfo.InvariantCulture) : "not known");
        yield return new("memory_bytes", "memory", facts.Memory, Diagnosis.Advice.Gibibytes(facts.Memory) + (facts.FreeMemory is { } free ? $", {Diagnosis.Advice.Gibibytes(free)} free" : ""));
        yield return new("disk_free_bytes", "disk", facts.FreeDisk, facts.FreeDisk is { } disk ? $"{Diagnosis.Advice.Gibibytes(disk)} free in the current folder" : "not known");
        yield return new("gpus", "GPUs", facts.NvidiaGpus, facts.NvidiaGpus.Count == 0 && facts.UsableGpus == 0 ? "none" : $"{string.Join(", ", facts.NvidiaGpus)} ({facts.UsableGpus} usable)".TrimStart());
    }

    private static IEnumerable<Finding> Settings(MachineFacts facts)
    {
        yield return new("device", "device", facts.Device, facts.Device);
        yield return new("precision", "precision", facts.Precision, $"{facts.Precision} ({facts.PrecisionReason})");
        yield return new("intra_op_threads", "threads", facts.Threads, $"{facts.Threads} for the network");
        yield return new("loader_workers", "workers", facts.Workers, $"{facts.Workers} for the loader");
        yield return new("jpeg_decoder", "decoder", facts.Decoder, facts.Decoder);
        yield return new("allocator", "allocator", facts.Allocator.Reason, facts.Allocator.Reason);
        yield return new("openmp", "OpenMP", facts.OpenMp, facts.OpenMp);
        yield return new("environment", "variables", facts.Environment, facts.Environment.Count == 0 ? "none that change speed" : string.Join(' ', facts.Environment.Select(v => $"{v.Key}={v.Value}")));
        yield return new("versions", "versions", facts.Versions, string.Join(", ", facts.Versions.Select(v => $"{v.Key} {v.Value}")));
    }

    private static IEnumerable<Finding> Speed(MachineFacts facts, Measurements measured)
    {
        yield return new("gemm_gflops", "GEMM", Math.Round(measured.GemmGflops, 1), string.Create(CultureInfo.InvariantCulture, $"{measured.GemmGflops:0} GFLOP/s (1024 x 1024, {measured.GemmPrecision}, {facts.Threads} threads)"));
        yield return new("decode_photos_per_second", "decoding", Math.Round(measured.PhotosPerSecond, 1), string.Create(CultureInfo.InvariantCulture, $"{measured.PhotosPerSecond:0} photos/s a core (JPEG, 400 x 533)"));
    }
}
