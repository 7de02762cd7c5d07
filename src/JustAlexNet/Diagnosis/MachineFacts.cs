namespace JustAlexNet.Diagnosis;

/// <summary>What is known about a machine and about the settings in force on it. Plain values, so that advice can be tested on machines that are not there.</summary>
internal sealed record MachineFacts
{
    /// <summary>The processor's name.</summary>
    public required string Processor { get; init; }

    /// <summary>Extensions that matter, by Linux's names.</summary>
    public IReadOnlyList<string> Features { get; init; } = [];

    /// <summary>Whether a hypervisor hides the processor's caches, so that libtorch's own 1 x 1 convolutions are wrong and are not used.</summary>
    public bool HidesCaches { get; init; }

    /// <summary>Hardware threads that this process may use, 1 or more.</summary>
    public required int Cores { get; init; }

    /// <summary>Hardware threads that share one core; 1 where there are none to share, or where it is not known.</summary>
    public int ThreadsPerCore { get; init; } = 1;

    /// <summary>Processor time that the container or service may take, in cores; null without a limit.</summary>
    public double? CpuLimit { get; init; }

    /// <summary>Processes that ran or waited for a core over the last minute (Linux's load), or null.</summary>
    public double? Load { get; init; }

    /// <summary>Where `device` auto trains.</summary>
    public required string Device { get; init; }

    /// <summary>The precision in which training computes by default.</summary>
    public required string Precision { get; init; }

    /// <summary>Why.</summary>
    public required string PrecisionReason { get; init; }

    /// <summary>What the loaded libtorch lacks, a sentence each, with what it costs.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>Threads of one operator of the network.</summary>
    public required int Threads { get; init; }

    /// <summary>The loader's threads by `workers` auto.</summary>
    public required int Workers { get; init; }

    /// <summary>What decodes JPEG files, with its version.</summary>
    public required string Decoder { get; init; }

    /// <summary>How to get a faster one; null where this is the fastest.</summary>
    public string? DecoderAdvice { get; init; }

    /// <summary>What is wrong with environment variables of ours, a sentence each: every other command refuses them.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>What was done about the allocator.</summary>
    public required Runtime.AllocatorSettings Allocator { get; init; }

    /// <summary>How libtorch's threads wait.</summary>
    public required string OpenMp { get; init; }

    /// <summary>Environment variables in force that change speed.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>GPUs that libtorch can use.</summary>
    public int UsableGpus { get; init; }

    /// <summary>GPUs that NVIDIA's driver shows, by name.</summary>
    public IReadOnlyList<string> NvidiaGpus { get; init; } = [];

    /// <summary>Versions by package name.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>Operating system.</summary>
    public required string System { get; init; }

    /// <summary>Memory that this process may use, in bytes.</summary>
    public required long Memory { get; init; }

    /// <summary>Memory that is free or can be freed, in bytes; null where it is not known.</summary>
    public long? FreeMemory { get; init; }

    /// <summary>Where downloaded weights, features and the outcome of arithmetic checks are kept; null where nothing is.</summary>
    public string? Cache { get; init; }

    /// <summary>Free bytes on the disk of the current folder; null where it is not known.</summary>
    public long? FreeDisk { get; init; }
}
