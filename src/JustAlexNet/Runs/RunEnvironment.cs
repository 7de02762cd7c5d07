using JustAlexNet.Diagnosis;
using JustAlexNet.Files;
using JustAlexNet.Training;

namespace JustAlexNet.Runs;

/// <summary>The environment of a run: what it is told beside its recipe; none of it changes a number.</summary>
public sealed record RunEnvironment
{
    /// <summary>The command line, recorded in <c>run.json</c>. Default: none.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>How pretrained weights are downloaded where they are; the address is the recipe's.</summary>
    public DownloadOptions Download { get; init; } = new();

    /// <summary>Told how many of how many layers are checked, where this machine's arithmetic is checked at the start; null (default): nobody.</summary>
    public Action<int, int>? ArithmeticProgress { get; init; }

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Hear everything that the run does.</summary>
    internal IsolatedListeners Listeners { get; init; } = new();

    /// <summary>What compares the memory that a run takes with what is there.</summary>
    internal MemoryGuard Memory { get; init; } = MemoryGuard.Standard;

    /// <summary>Bytes that may be written in a folder; null where that is not known.</summary>
    internal Func<string, long?> FreeSpace { get; init; } = Files.DiskSpace.FreeIn;

    /// <summary>Whether only a batch of the pictures is taken, to see that everything works.</summary>
    internal bool Rehearses { get; init; }

    /// <summary>What checks this machine's arithmetic at the start.</summary>
    internal ArithmeticGuard Guard { get; init; } = ArithmeticGuard.Standard;
}
