using System.Runtime.InteropServices;
using JustAlexNet.Files;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Models;
using JustAlexNet.Runtime;

namespace JustAlexNet.Diagnosis;

/// <summary>Looks at a machine as a trainer of networks sees it: what it has, which settings are in force, how fast it is, and what would make it faster.</summary>
public static class Doctor
{
    private static readonly string[] Watched = ["OMP_NUM_THREADS", "OMP_WAIT_POLICY", "GOMP_SPINCOUNT", .. AllocatorSettings.Variables, "LD_PRELOAD", JpegDecoder.Switch];

    // One of each family. A batch of 4 keeps it to seconds; a run checks its own size when it starts.
    private static readonly string[] CheckedNetworks = ["alexnet", "resnet18", "densenet201"];
    private static readonly int[] CheckedBatches = [1, 2, 4];
    private const int CheckedSide = 224, CheckedClasses = 1000;

    /// <summary>Examines this machine: two seconds of measurement, in which the cores should have nothing else to do, then its arithmetic (<see cref="ArithmeticCheck"/>), which takes some more.</summary>
    /// <param name="clock">Measures; null takes the system's.</param>
    /// <param name="progress">Told which network's arithmetic is checked, and how many of how many of its layers are.</param>
    /// <exception cref="JustAlexNetException">libtorch cannot be loaded.</exception>
    /// <remarks>Environment variables of ours with a value that they cannot have, which everything else refuses, are findings here; from then on this process refuses that of the allocator no more.</remarks>
    public static MachineReport Examine(TimeProvider? clock = null, Action<string, int, int>? progress = null)
    {
        var (decoder, fault) = Decoder();
        var facts = Facts(decoder, fault);
        var measured = Measurements.Take(clock ?? TimeProvider.System, ProcessorFeatures.HasBfloat16 ? "bf16" : "fp32", decoder);
        return MachineReport.Of(facts, measured, [.. CheckedNetworks.Select(name => ArithmeticCheck.Sample(
            ModelCatalogue.Find(name)!, CheckedClasses, CheckedSide, ArithmeticCheck.Learning(CheckedBatches), progress: (done, of) => progress?.Invoke(name, done, of)))]);
    }

    private static (JpegDecoder? Decoder, string? Fault) Decoder()
    {
        try
        {
            return (JpegDecoder.Current, null);
        }
        catch (JpegDecoderException e)
        {
            return (null, string.Join(' ', e.Message.Split('\n').Select(line => line.Trim())));
        }
    }

    private static MachineFacts Facts(JpegDecoder? decoder, string? decoderFault)
    {
        var files = new SystemFiles();
        var load = files.Load;         // before we add to it
        var allocator = TorchRuntime.PrepareToExamine();
        var device = ComputeDevice.Select("auto");
        var precision = PrecisionChoice.Select("auto", device);
        return new MachineFacts
        {
            Processor = files.ProcessorName ?? RuntimeInformation.ProcessArchitecture.ToString(),
            Features = ProcessorFeatures.Names,
            HidesCaches = ProcessorFeatures.HidesCaches,
            Cores = Environment.ProcessorCount,
            ThreadsPerCore = files.ThreadsPerCore,
            CpuLimit = files.CpuLimit,
            Load = load,
            Device = device.ToString(),
            Precision = precision.Name,
            PrecisionReason = precision.Reason,
            Missing = TorchRuntime.MissingFunctions,
            Threads = TorchRuntime.Threads,
            Workers = new LoaderOptions { Pin = device.IsCuda }.WorkersOn(Environment.ProcessorCount),
            Decoder = decoder?.ToString() ?? decoderFault!,
            DecoderAdvice = decoder?.Advice is { } advice ? $"{char.ToUpperInvariant(advice[0])}{advice[1..]}." : null,
            Refused = [.. new[] { AllocatorSettings.SwitchFault, decoderFault }.OfType<string>()],
            Allocator = allocator,
            OpenMp = TorchRuntime.Waiting,
            Environment = Watched.Where(name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))).ToDictionary(name => name, name => Environment.GetEnvironmentVariable(name)!),
            UsableGpus = ComputeDevice.CudaCount,
            NvidiaGpus = files.NvidiaGpus,
            Versions = TorchRuntime.Versions(),
            System = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}",
            Memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            FreeMemory = files.FreeMemory,
            FreeDisk = DiskSpace.FreeIn("."),
            Cache = UserFolders.Own(Environment.GetEnvironmentVariable),
        };
    }
}
