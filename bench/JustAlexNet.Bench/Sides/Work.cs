namespace JustAlexNet.Bench.Sides;

/// <summary>What one side of a comparison does, prepared once and then done round by round in a process of its own.</summary>
internal abstract class Work : IDisposable
{
    /// <summary>Versions and settings that this side runs with, for the report.</summary>
    public abstract string About { get; }

    /// <summary>Does it once.</summary>
    /// <returns>How many units (photos, floating-point operations, starts) that was.</returns>
    public abstract double Round();

    /// <summary>Seconds of the rounds since this was last asked, by kind (<see cref="Measuring.StepParts"/>); null: the side cannot be taken apart.</summary>
    public virtual IReadOnlyDictionary<string, double>? TakeParts() => null;

    /// <summary>What it tells beside its rate, of all rounds so far, by name; empty: nothing.</summary>
    public virtual IReadOnlyDictionary<string, double> Figures() => new Dictionary<string, double>();

    public abstract void Dispose();
}
