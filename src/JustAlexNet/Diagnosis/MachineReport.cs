using System.Globalization;
using JustAlexNet.Files;
using JustAlexNet.Imaging;

namespace JustAlexNet.Diagnosis;

/// <summary>One line of an examination.</summary>
/// <param name="Name">Its name for programs, such as <c>intra_op_threads</c>.</param>
/// <param name="Label">Its name for people.</param>
/// <param name="Value">A number, a text, a list of texts or a dictionary of any of them; null where it is not known. Bytes and plain counts, not rounded.</param>
/// <param name="Text">The value for people.</param>
public sealed record Finding(string Name, string Label, object? Value, string Text);

/// <summary>What <see cref="Doctor"/> found.</summary>
/// <param name="Findings">Machine, settings and measurements, in the order in which they are shown.</param>
/// <param name="Advice">A sentence for each thing that would make this machine faster; empty where nothing was found.</param>
public sealed record MachineReport(IReadOnlyList<Finding> Findings, IReadOnlyList<string> Advice)
{
    /// <summary>What this machine computes wrongly, two lines each: the layer, its error and its limit; what to do. Empty where its arithmetic is right.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    internal static MachineReport Of(MachineFacts facts, Measurements measured, IReadOnlyList<ArithmeticReport> arithmetic) =>
        new([.. Machine(facts), .. Settings(facts), .. Speed(facts, measured), .. arithmetic.Select(Arithmetic)], Diagnosis.Advice.For(facts)) { Faults = [.. arithmetic.Select(report => report.Fault).OfType<string>()] };

    private static IEnumerable<Finding> Machine(MachineFacts facts)
    {
        yield return new("system", "system", facts.System, facts.System);
        yield return new("processor", "processor", facts.Processor, facts.Processor);
        yield return new("features", "features", facts.Features, facts.Features.Count == 0 ? "none of those that matter here" : string.Join(' ', facts.Features));
        yield return new("caches_hidden", "caches", facts.HidesCaches, facts.HidesCaches ? "hidden by the hypervisor: 1 x 1 convolutions are computed as matrix products" : "visible");
        yield return new("cores", "cores", facts.Cores, $"{facts.Cores}{(facts.ThreadsPerCore > 1 ? $" hardware threads, {facts.ThreadsPerCore} a core" : "")}");
        yield return new("cpu_limit", "limit", facts.CpuLimit, facts.CpuLimit is { } limit ? string.Create(CultureInfo.InvariantCulture, $"{limit:0.##} cores") : "none");
        yield return new("load", "load", facts.Load, facts.Load is { } load ? load.ToString("0.0", CultureInfo.InvariantCulture) : "not known");
        yield return new("memory_bytes", "memory", facts.Memory, Counted.Gibibytes(facts.Memory) + (facts.FreeMemory is { } free ? $", {Counted.Gibibytes(free)} free" : ""));
        yield return new("disk_free_bytes", "disk", facts.FreeDisk, facts.FreeDisk is { } disk ? $"{Counted.Gibibytes(disk)} free in the current folder" : "not known");
        yield return new("cache_folder", "cache folder", facts.Cache, facts.Cache is { } cache ? $"{cache} (downloaded weights, features, outcomes of arithmetic checks)" : $"none, nothing is kept: there is no home folder (name one with {UserFolders.Switch})");
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

    private static Finding Arithmetic(ArithmeticReport report)
    {
        var worst = report.Worst;
        var value = new Dictionary<string, object?>
        {
            ["right"] = report.IsRight,
            ["comparisons"] = report.Findings.Count,
            ["worst_layer"] = worst.Layer,
            ["part"] = worst.Part,
            ["precision"] = worst.Precision,
            ["batch_size"] = worst.BatchSize,
            ["error"] = double.IsFinite(worst.Error) ? worst.Error : null,
            ["limit"] = worst.Limit,
            ["wrong_layers"] = report.WrongLayers,
        };
        var text = string.Create(CultureInfo.InvariantCulture, $"{(report.IsRight ? "right" : "WRONG")}: {worst.Layer}, {worst.Part} in {worst.Precision} at batch {worst.BatchSize}, {worst.Error:0.0e+0} of a limit of {worst.Limit:0.0e+0}");
        return new($"arithmetic_{report.Network}", report.Network, value, text);
    }

    private static IEnumerable<Finding> Speed(MachineFacts facts, Measurements measured)
    {
        yield return new("gemm_gflops", "GEMM", Math.Round(measured.GemmGflops, 1), string.Create(CultureInfo.InvariantCulture, $"{measured.GemmGflops:0} GFLOP/s (1024 x 1024, {measured.GemmPrecision}, {Counted.Of(facts.Threads, "thread")})"));
        yield return new("decode_photos_per_second", "decoding", measured.PhotosPerSecond is { } rate ? Math.Round(rate, 1) : null,
            measured.PhotosPerSecond is { } photos ? string.Create(CultureInfo.InvariantCulture, $"{photos:0} photos/s a core (JPEG, 400 x 533)") : "not measured");
    }
}
