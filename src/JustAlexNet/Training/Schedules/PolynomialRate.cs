using JustAlexNet.Settings;

namespace JustAlexNet.Training;

/// <summary>From the base rate down to <see cref="FinalFactor"/> of it along (1 - t / T)^power (PolynomialLR, whose final share is 0).</summary>
public sealed record PolynomialRate : LearningRateSchedule
{
    /// <summary>1 (default) is a straight line; larger falls early, smaller late. Above 0.</summary>
    public double Power { get; init; } = 1;

    /// <summary>The share of the base rate that the curve ends in, one epoch (or update) after the last; 0 (default) to 1.</summary>
    public double FinalFactor { get; init; }

    /// <inheritdoc/>
    public override string Name => "polynomial";

    /// <inheritdoc/>
    public override bool DependsOnLength => true;

    internal static Setting<double> PowerSetting { get; } = new("power", "polynomial: the exponent; 1 is a straight line", ValueKinds.Real("a number above 0", value => value > 0), new PolynomialRate().Power) { When = Schedules.Only("polynomial") };

    internal static ScheduleRow Row { get; } = new("polynomial", [PowerSetting, Schedules.MinimumRate, Schedules.OnUpdates], recipe => new PolynomialRate { Power = recipe.Get(PowerSetting), FinalFactor = Schedules.FinalFactor(recipe) });

    /// <inheritdoc/>
    protected override double Factor(double epoch, int epochs) => FinalFactor + (1 - FinalFactor) * Math.Pow(1 - epoch / epochs, Power);

    internal override IEnumerable<string> Faults() =>
        [.. base.Faults(), .. Power > 0 && double.IsFinite(Power) ? Array.Empty<string>() : [$"{PowerSetting} is {Power}, expected a number above 0"], .. Schedules.FinalFactorFaults(FinalFactor)];
}
