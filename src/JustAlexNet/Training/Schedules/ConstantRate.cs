namespace JustAlexNet.Training;

/// <summary>The base rate throughout (ConstantLR with factor 1).</summary>
public sealed record ConstantRate : LearningRateSchedule
{
    /// <inheritdoc/>
    public override string Name => "constant";

    /// <inheritdoc/>
    public override bool DependsOnLength => false;

    internal static ScheduleRow Row { get; } = new("constant", [], _ => new ConstantRate());

    /// <inheritdoc/>
    protected override double Factor(double epoch, int epochs) => 1;
}
