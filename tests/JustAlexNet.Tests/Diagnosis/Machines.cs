using JustAlexNet.Runtime;

namespace JustAlexNet.Diagnosis.Tests;

/// <summary>Machines that are not here.</summary>
internal static class Machines
{
    /// <summary>Eight cores with nothing to improve.</summary>
    public static MachineFacts InOrder { get; } = new()
    {
        Processor = "EPYC 9B14", Features = ["avx2", "fma", "avx512f", "avx512_bf16"], Cores = 8, Load = 0.1, Device = "cpu", Precision = "bf16", PrecisionReason = "the processor multiplies it",
        Threads = 8, Workers = 2, Decoder = "libjpeg-turbo 2", Allocator = new AllocatorSettings(true, "glibc keeps its memory"), OpenMp = "waiting threads spin 2000 times, then sleep",
        Versions = new Dictionary<string, string> { ["libtorch"] = "2.10.0" }, System = "Debian GNU/Linux 12", Memory = 16L << 30, FreeMemory = 12L << 30, FreeDisk = 40L << 30,
    };
}
