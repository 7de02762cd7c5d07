using JustAlexNet.Weights;

namespace JustAlexNet.Training;

/// <summary>PyTorch's <c>lr_scheduler</c>: the learning rates of one run by its schedule, and what that remembers.</summary>
/// <param name="schedule">How the rate changes.</param>
/// <param name="baseRate">The rate that it starts from.</param>
/// <param name="epochs">Epochs of the run.</param>
/// <param name="updatesPerEpoch">Updates of the weights an epoch.</param>
internal sealed class LearningRateScheduler(LearningRateSchedule schedule, double baseRate, int epochs, int updatesPerEpoch)
{
    private const string State = "state";
    private readonly ScheduleState? state = schedule.Begin(baseRate);

    /// <summary>The rate of an update; after the last one of the run, that of the last.</summary>
    /// <param name="epoch">Epochs finished.</param>
    /// <param name="update">Updates finished of the epoch at hand; after its last one, that one's rate is meant.</param>
    public double At(int epoch, int update)
    {
        var (e, u) = epoch >= epochs ? (epochs - 1, updatesPerEpoch - 1) : (epoch, Math.Min(update, updatesPerEpoch - 1));
        var rate = schedule.Rate(baseRate, new SchedulePosition((long)e * updatesPerEpoch + u, updatesPerEpoch, epochs));
        return state is null ? rate : rate * state.Factor;
    }

    /// <summary>Follows an epoch.</summary>
    public void Follow(EpochRecord epoch) => state?.Follow(epoch);

    /// <summary>Name, warm-up and what it remembers.</summary>
    public PickleDictionary Write()
    {
        var written = new PickleDictionary { { "name", schedule.Name }, { "warmup_epochs", (long)schedule.WarmupEpochs }, { "warmup_steps", (long)schedule.WarmupSteps } };
        if (state is not null) written[State] = state.Write();
        return written;
    }

    /// <summary>Takes over what <see cref="Write"/> gave.</summary>
    /// <exception cref="WeightsException">It is of another schedule.</exception>
    public void Read(PickleDictionary stored, string source)
    {
        var name = stored.Require<string>("name", source);
        if (name != schedule.Name) throw new WeightsException($"{source} is of a run with {Schedules.Schedule} {name}, expected {schedule.Name}.\nResume with the recipe that the checkpoint was made with.") { Path = source };
        state?.Read(stored.Require<PickleDictionary>(State, source), source);
    }
}
