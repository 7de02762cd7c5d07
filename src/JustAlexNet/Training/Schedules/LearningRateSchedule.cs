namespace JustAlexNet.Training;

/// <summary>How far a run's schedule is, in updates of the weights.</summary>
/// <param name="Update">Updates done, from the beginning of the run.</param>
/// <param name="UpdatesPerEpoch">Updates of one epoch, 1 or more.</param>
/// <param name="Epochs">Epochs of the whole run, warm-up included.</param>
public readonly record struct SchedulePosition(long Update, int UpdatesPerEpoch, int Epochs)
{
    /// <summary>Epochs finished.</summary>
    public int Epoch => (int)(Update / UpdatesPerEpoch);

    /// <summary>Updates of the whole run.</summary>
    public long Updates => (long)UpdatesPerEpoch * Epochs;
}

/// <summary>The learning rate of every update: a pure function of how far the run is. What one must remember besides (<see cref="PlateauRate"/>) is a <see cref="ScheduleState"/>.</summary>
/// <remarks>Agrees with <c>torch.optim.lr_scheduler</c> to 1e-12; each schedule names its namesake there.</remarks>
public abstract record LearningRateSchedule
{
    private const double WarmupStart = 0.01;

    private protected LearningRateSchedule()
    {
    }

    /// <summary>
    /// Epochs at the start in which the rate rises linearly, epoch by epoch, from 1 % of the base rate (LinearLR, then this schedule by SequentialLR); 0 or more, default 0.
    /// They count among the epochs of the run; the schedule begins after them.
    /// </summary>
    public int WarmupEpochs { get; init; }

    /// <summary>
    /// Updates at the start in which the rate rises linearly, update by update, from 1 % of what this schedule says to all of it (LinearLR beside this schedule, ChainedScheduler); 0 or more, default 0.
    /// Not together with <see cref="WarmupEpochs"/>.
    /// </summary>
    public int WarmupSteps { get; init; }

    /// <summary>Whether the rate changes with every update instead of every epoch. Default false. Without effect on a schedule of whole epochs and on <see cref="OneCycleRate"/>.</summary>
    public bool OnUpdates { get; init; }

    /// <summary>The name on the command line and in checkpoints.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the rates depend on how many epochs the run has, so that a run must not be made longer afterwards.</summary>
    public abstract bool DependsOnLength { get; }

    /// <summary>The learning rate of an epoch, of a schedule that is stepped every epoch.</summary>
    /// <param name="baseRate">The rate that the schedule starts from.</param>
    /// <param name="epoch">Counted from 0.</param>
    /// <param name="epochs">Epochs of the whole run, warm-up included.</param>
    public double Rate(double baseRate, int epoch, int epochs) => Rate(baseRate, new SchedulePosition(epoch, 1, epochs));

    /// <summary>The learning rate of the next update.</summary>
    /// <param name="baseRate">The rate that the schedule starts from.</param>
    /// <param name="at">How far the run is.</param>
    public virtual double Rate(double baseRate, SchedulePosition at)
    {
        if (at.Epoch < WarmupEpochs) return baseRate * (WarmupStart + (1 - WarmupStart) * at.Epoch / WarmupEpochs);
        var epoch = OnUpdates ? (double)at.Update / at.UpdatesPerEpoch : at.Epoch;
        var rate = baseRate * Factor(epoch - WarmupEpochs, Math.Max(1, at.Epochs - WarmupEpochs));
        return at.Update < WarmupSteps ? rate * (WarmupStart + (1 - WarmupStart) * at.Update / WarmupSteps) : rate;
    }

    /// <summary>The share of the base rate after the warm-up.</summary>
    /// <param name="epoch">Epochs since then; a whole number unless <see cref="OnUpdates"/>.</param>
    /// <param name="epochs">Epochs of the run after the warm-up, 1 or more.</param>
    protected abstract double Factor(double epoch, int epochs);

    /// <summary>Every value that is out of its range, as sentences.</summary>
    internal virtual IEnumerable<string> Faults()
    {
        if (WarmupEpochs < 0) yield return $"{Schedules.WarmupEpochs} is {WarmupEpochs}, expected 0 or more";
        if (WarmupSteps < 0) yield return $"{Schedules.WarmupSteps} is {WarmupSteps}, expected 0 or more";
        if (WarmupEpochs > 0 && WarmupSteps > 0) yield return $"{Schedules.WarmupEpochs} and {Schedules.WarmupSteps} exclude each other: the warm-up is so many epochs or so many steps";
    }

    /// <summary>What the schedule remembers of a run, at its beginning; null (default): nothing.</summary>
    internal virtual ScheduleState? Begin(double baseRate) => null;
}

/// <summary>What a schedule remembers of a run. Not thread-safe.</summary>
internal abstract class ScheduleState
{
    /// <summary>What the rate is multiplied by.</summary>
    public abstract double Factor { get; }

    /// <summary>Follows an epoch of the run.</summary>
    public abstract void Follow(EpochRecord epoch);

    /// <summary>As <c>state_dict()</c> of its namesake in PyTorch, as far as it changes.</summary>
    public abstract Weights.PickleDictionary Write();

    /// <summary>Takes over what <see cref="Write"/> gave.</summary>
    /// <exception cref="Weights.WeightsException">An entry is missing or of another kind.</exception>
    public abstract void Read(Weights.PickleDictionary stored, string source);
}
