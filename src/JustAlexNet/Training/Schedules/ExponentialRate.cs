namespace JustAlexNet.Training;

/// <summary>A share of the rate every epoch (ExponentialLR).</summary>
public sealed record ExponentialRate : LearningRateSchedule
{
    /// <summary>What is left of the rate after an epoch, above 0 to 1. Default 0.95: a hundredth after 90 epochs.</summary>
    public double Gamma { get; init; } = 0.95;

    /// <inheritdoc/>
    public override string Name => "exponential";

    /// <inheritdoc/>
    public override bool DependsOnLength => false;

    internal static ScheduleRow Row { get; } = new("exponential", [Schedules.Gamma, Schedules.OnUpdates], recipe => new ExponentialRate { Gamma = recipe.Get(Schedules.Gamma) ?? new ExponentialRate().Gamma });

    /// <inheritdoc/>
    protected override double Factor(double epoch, int epochs) => Math.Pow(Gamma, epoch);

    internal override IEnumerable<string> Faults() => [.. base.Faults(), .. Schedules.GammaFaults(Gamma)];
}
