namespace JustAlexNet.Bench.Measuring;

/// <summary>One side of a comparison: how its process is started.</summary>
/// <param name="Name">What ratios call it.</param>
/// <param name="Kind">Its work, as <c>SideHost</c> or <c>bench/python/side.py</c> name it.</param>
/// <param name="Settings">Words <c>key=value</c> for it.</param>
internal sealed record Side(string Name, string Kind, params IReadOnlyList<string> Settings)
{
    /// <summary>Environment variables that it is started with.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether it is Python's.</summary>
    public bool IsPython { get; init; }

    /// <summary>Whether Pillow is all that it needs of Python; false (default): PyTorch.</summary>
    public bool NeedsPillowAlone { get; init; }

    /// <summary>Whether it is this project's own code, which another checkout has too.</summary>
    public bool IsOurs => !IsPython && (Kind is "cached-head" || Kind.StartsWith("our-", StringComparison.Ordinal) || (Kind == "start" && !Settings.Contains("what=python")));

    /// <summary>The bench of another checkout that it runs in; null (default): this one.</summary>
    public string? Program { get; init; }

    /// <summary>Whether it tells where the time of its rounds goes (<see cref="StepParts"/>).</summary>
    public bool TellsParts { get; init; }

    /// <summary>Memory to keep free for it, in GiB, so that several sides fit into the machine at once.</summary>
    public double Memory { get; init; } = 1;

    /// <summary>Rounds a second to units a second: what one unit of the side's answers is called.</summary>
    public string Unit { get; init; } = "photos/s";
}
