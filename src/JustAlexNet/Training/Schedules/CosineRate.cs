namespace JustAlexNet.Training;

/// <summary>Half a cosine from the base rate down to <see cref="FinalFactor"/> of it (CosineAnnealingLR; Loshchilov and Hutter, arXiv 1608.03983, without restarts).</summary>
public sealed record CosineRate : LearningRateSchedule
{
    /// <summary>The share of the base rate that the curve ends in, one epoch (or update) after the last; 0 (default) to 1.</summary>
    public double FinalFactor { get; init; }

    /// <inheritdoc/>
    public override string Name => "cosine";

    /// <inheritdoc/>
    public override bool DependsOnLength => true;

    internal static ScheduleRow Row { get; } = new("cosine", [Schedules.MinimumRate, Schedules.OnUpdates], recipe => new CosineRate { FinalFactor = Schedules.FinalFactor(recipe) });

    /// <inheritdoc/>
    protected override double Factor(double epoch, int epochs) => FinalFactor + (1 - FinalFactor) * (1 + Math.Cos(Math.PI * epoch / epochs)) / 2;

    internal override IEnumerable<string> Faults() => [.. base.Faults(), .. Schedules.FinalFactorFaults(FinalFactor)];
}
