using JustAlexNet.Settings;

namespace JustAlexNet.Training;

/// <summary>Up from a part of the base rate to all of it and down to almost nothing, half a cosine each, update by update (OneCycleLR with <c>max_lr</c> = base rate, <c>cycle_momentum=False</c>).</summary>
/// <remarks>Source: Smith and Topin, arXiv 1708.07120, in PyTorch's form. The momentum stays as it is. It has its own warm-up: the others must be 0.</remarks>
public sealed record OneCycleRate : LearningRateSchedule
{
    /// <summary>The share of the updates in which the rate rises, above 0 and below 1. Default 0.3.</summary>
    public double RisingFraction { get; init; } = 0.3;

    /// <summary>The first rate is the base rate divided by this, 1 or more. Default 25.</summary>
    public double DivFactor { get; init; } = 25;

    /// <summary>The last rate is the first divided by this, 1 or more. Default 10,000.</summary>
    public double FinalDivFactor { get; init; } = 1e4;

    /// <inheritdoc/>
    public override string Name => "onecycle";

    /// <inheritdoc/>
    public override bool DependsOnLength => true;

    internal static Setting<double> RisingFractionSetting { get; } = new("pct_start", "onecycle: share of the run in which the rate rises", ValueKinds.Real("above 0 and below 1", value => value is > 0 and < 1), new OneCycleRate().RisingFraction) { When = Schedules.Only("onecycle") };

    internal static Setting<double> DivFactorSetting { get; } = new("div_factor", "onecycle: the first rate is the learning rate divided by this", ValueKinds.Real("1 or more", value => value >= 1), new OneCycleRate().DivFactor) { When = Schedules.Only("onecycle") };

    internal static Setting<double> FinalDivFactorSetting { get; } = new("final_div_factor", "onecycle: the last rate is the first divided by this", ValueKinds.Real("1 or more", value => value >= 1), new OneCycleRate().FinalDivFactor) { When = Schedules.Only("onecycle") };

    internal static ScheduleRow Row { get; } = new("onecycle", [RisingFractionSetting, DivFactorSetting, FinalDivFactorSetting], recipe => new OneCycleRate
    {
        RisingFraction = recipe.Get(RisingFractionSetting), DivFactor = recipe.Get(DivFactorSetting), FinalDivFactor = recipe.Get(FinalDivFactorSetting),
    });

    /// <inheritdoc/>
    public override double Rate(double baseRate, SchedulePosition at)
    {
        var (first, step) = (baseRate / DivFactor, (double)at.Update);
        var (last, top, end) = (first / FinalDivFactor, RisingFraction * at.Updates - 1, at.Updates - 1.0);
        if (step <= top) return top > 0 ? Between(first, baseRate, step / top) : baseRate;
        return end > top ? Between(baseRate, last, Math.Min(1, (step - top) / (end - top))) : last;
    }

    /// <inheritdoc/>
    protected override double Factor(double epoch, int epochs) => Rate(1, new SchedulePosition((long)epoch, 1, epochs));

    internal override IEnumerable<string> Faults() =>
    [
        .. base.Faults(),
        .. new[]
        {
            WarmupEpochs == 0 && WarmupSteps == 0 ? null : $"{Schedules.WarmupEpochs} and {Schedules.WarmupSteps} are not for `schedule` onecycle, which has a warm-up of its own ({RisingFractionSetting})",
            RisingFraction is > 0 and < 1 ? null : $"{RisingFractionSetting} is {RisingFraction}, expected above 0 and below 1",
            DivFactor >= 1 && double.IsFinite(DivFactor) ? null : $"{DivFactorSetting} is {DivFactor}, expected 1 or more",
            FinalDivFactor >= 1 && double.IsFinite(FinalDivFactor) ? null : $"{FinalDivFactorSetting} is {FinalDivFactor}, expected 1 or more",
        }.OfType<string>(),
    ];

    private static double Between(double from, double to, double share) => to + (from - to) / 2 * (1 + Math.Cos(Math.PI * share));
}
