namespace JustAlexNet.Training;

/// <summary>The learning rate of every epoch: a pure function, so there is no state to save.</summary>
/// <remarks>Agrees with <c>torch.optim.lr_scheduler</c> (StepLR, CosineAnnealingLR, and LinearLR before them) to 1e-12.</remarks>
public abstract record LearningRateSchedule
{
    private protected LearningRateSchedule()
    {
    }

    /// <summary>Epochs at the start in which the rate rises linearly from 1 % of the base rate; 0 or more, default 0. They count among the epochs of the run.</summary>
    public int WarmupEpochs { get; init; }

    /// <summary>The name on the command line and in checkpoints.</summary>
    public abstract string Name { get; }

    /// <summary>The learning rate of an epoch.</summary>
    /// <param name="baseRate">The rate that the schedule starts from.</param>
    /// <param name="epoch">Counted from 0.</param>
    /// <param name="epochs">Epochs of the whole run, warm-up included.</param>
    public double Rate(double baseRate, int epoch, int epochs)
    {
        const double start = 0.01;
        if (epoch < WarmupEpochs) return baseRate * (start + (1 - start) * epoch / WarmupEpochs);
        return baseRate * Factor(epoch - WarmupEpochs, Math.Max(1, epochs - WarmupEpochs));
    }

    /// <summary>The share of the base rate in an epoch after the warm-up.</summary>
    protected abstract double Factor(int epoch, int epochs);
}

/// <summary>The base rate throughout.</summary>
public sealed record ConstantRate : LearningRateSchedule
{
    /// <inheritdoc/>
    public override string Name => "constant";

    /// <inheritdoc/>
    protected override double Factor(int epoch, int epochs) => 1;
}

/// <summary>A tenth of the rate at every step (StepLR with gamma 0.1).</summary>
/// <remarks>Default: three stages, a step after each third of the epochs that follow the warm-up, as ImageNet's 30-60-90.</remarks>
public sealed record StepRate : LearningRateSchedule
{
    /// <summary>Epochs between steps, 1 or more; null takes a third of the run, rounded up.</summary>
    public int? StepEpochs { get; init; }

    /// <inheritdoc/>
    public override string Name => "step";

    /// <inheritdoc/>
    protected override double Factor(int epoch, int epochs) => Math.Pow(0.1, epoch / (StepEpochs ?? (epochs + 2) / 3));
}

/// <summary>Half a cosine from the base rate down to <see cref="FinalShare"/> of it (CosineAnnealingLR; Loshchilov and Hutter, arXiv 1608.03983, without restarts).</summary>
public sealed record CosineRate : LearningRateSchedule
{
    /// <summary>The share of the base rate that the curve ends in, one epoch after the last; 0 (default) to 1.</summary>
    public double FinalShare { get; init; }

    /// <inheritdoc/>
    public override string Name => "cosine";

    /// <inheritdoc/>
    protected override double Factor(int epoch, int epochs) => FinalShare + (1 - FinalShare) * (1 + Math.Cos(Math.PI * epoch / epochs)) / 2;
}
