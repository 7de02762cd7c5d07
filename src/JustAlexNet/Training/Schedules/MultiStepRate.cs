using JustAlexNet.Settings;

namespace JustAlexNet.Training;

/// <summary>A share of the rate at every milestone (MultiStepLR).</summary>
public sealed record MultiStepRate : LearningRateSchedule
{
    /// <summary>The epochs, counted from the end of the warm-up, before which the rate falls; ascending, 1 or more. Null (default): half and three quarters of them, as He et al. (arXiv 1512.03385, section 4.2) on CIFAR-10.</summary>
    public ValueList<int>? Milestones { get; init; }

    /// <summary>What the rate is multiplied by at every milestone, above 0 to 1. Default 0.1.</summary>
    public double Gamma { get; init; } = 0.1;

    /// <inheritdoc/>
    public override string Name => "multistep";

    /// <inheritdoc/>
    public override bool DependsOnLength => Milestones is null;

    internal static Setting<ValueList<int>?> MilestonesSetting { get; } = new("milestones", "multistep: epochs after the warm-up at which the rate falls, such as 30,60,90; auto is half and three quarters of the run", ValueKinds.OrNull("auto", ValueKinds.Wholes(1), isOpen: false), null) { Unit = "EPOCHS", When = Schedules.Only("multistep") };

    internal static ScheduleRow Row { get; } = new("multistep", [MilestonesSetting, Schedules.Gamma], recipe => new MultiStepRate { Milestones = recipe.Get(MilestonesSetting), Gamma = recipe.Get(Schedules.Gamma) ?? new MultiStepRate().Gamma });

    /// <inheritdoc/>
    protected override double Factor(double epoch, int epochs) => Math.Pow(Gamma, Milestones?.Count(milestone => milestone <= epoch) ?? (epoch >= epochs / 2.0 ? 1 : 0) + (epoch >= epochs * 0.75 ? 1 : 0));

    internal override IEnumerable<string> Faults() =>
        [.. base.Faults(), .. Milestones is { } given && given.Any(milestone => milestone < 1) ? [$"{MilestonesSetting} is {given}, expected numbers of 1 or more"] : Array.Empty<string>(), .. Schedules.GammaFaults(Gamma)];
}
