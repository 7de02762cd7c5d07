using JustAlexNet.Settings;

namespace JustAlexNet.Training;

/// <summary>A share of the rate at every step (StepLR).</summary>
/// <remarks>Default: three stages, a step after each third of the epochs that follow the warm-up, as ImageNet's 30-60-90.</remarks>
public sealed record StepRate : LearningRateSchedule
{
    /// <summary>Epochs between steps, 1 or more; null takes a third of the run, rounded up.</summary>
    public int? StepEpochs { get; init; }

    /// <summary>What the rate is multiplied by at every step, above 0 to 1. Default 0.1.</summary>
    public double Gamma { get; init; } = 0.1;

    /// <inheritdoc/>
    public override string Name => "step";

    /// <inheritdoc/>
    public override bool DependsOnLength => StepEpochs is null;

    internal static Setting<int?> StepEpochsSetting { get; } = new("step_epochs", "step: epochs between steps; auto is a third of the run", ValueKinds.Or("auto", ValueKinds.Whole(1), isOpen: false), null) { Unit = "EPOCHS", When = Schedules.Only("step") };

    internal static ScheduleRow Row { get; } = new("step", [StepEpochsSetting, Schedules.Gamma], recipe => new StepRate { StepEpochs = recipe.Get(StepEpochsSetting), Gamma = recipe.Get(Schedules.Gamma) ?? new StepRate().Gamma });

    /// <inheritdoc/>
    protected override double Factor(double epoch, int epochs) => Math.Pow(Gamma, Math.Floor(Math.Floor(epoch) / (StepEpochs ?? (epochs + 2) / 3)));

    internal override IEnumerable<string> Faults() =>
        [.. base.Faults(), .. StepEpochs < 1 ? [$"{StepEpochsSetting} is {StepEpochs}, expected 1 or more"] : Array.Empty<string>(), .. Schedules.GammaFaults(Gamma)];
}
