namespace JustAlexNet.Training;

/// <summary>Listeners told one after the other, each by itself: one that throws is named to the others once and hears nothing more but the end.</summary>
internal sealed class IsolatedListeners : TrainingListener
{
    private readonly List<TrainingListener> members = [];
    private readonly HashSet<TrainingListener> leftOut = [];

    /// <summary>Adds one; it is told after those before it.</summary>
    public void Add(TrainingListener listener) => members.Add(listener);

    public override void Started(RunStart run) => Tell(listener => listener.Started(run));

    public override void PhaseStarted(TrainingPhase phase) => Tell(listener => listener.PhaseStarted(phase));

    public override void Progressed(WorkProgress progress) => Tell(listener => listener.Progressed(progress));

    public override void BatchTrained(Trainer trainer, TrainingBatch batch) => Tell(listener => listener.BatchTrained(trainer, batch));

    public override void StepDone(Trainer trainer) => Tell(listener => listener.StepDone(trainer));

    public override void BatchSkipped(Trainer trainer, Data.Batch batch) => Tell(listener => listener.BatchSkipped(trainer, batch));

    public override void ValidationStarted(Trainer trainer) => Tell(listener => listener.ValidationStarted(trainer));

    public override void EpochDone(TrainingPhase phase, EpochRecord record, Inference.ClassificationReport validation, bool isBest) =>
        Tell(listener => listener.EpochDone(phase, record, validation, isBest));

    public override void PhaseEnded(TrainingPhase phase, TrainingOutcome outcome) => Tell(listener => listener.PhaseEnded(phase, outcome));

    public override void Warned(string message) => Tell(listener => listener.Warned(message));

    public override void Ended(RunEnd end) => Tell(listener => listener.Ended(end), isLast: true);

    // From the last to the first, each out of hearing before it is disposed: one that throws then is named to those that still can hear.
    public override void Dispose()
    {
        while (members is [.., var last])
        {
            members.RemoveAt(members.Count - 1);
            Tell(last, listener => listener.Dispose());
        }
        base.Dispose();
    }

    private void Tell(Action<TrainingListener> news, bool isLast = false)
    {
        foreach (var listener in members.ToArray())
            if (isLast || !leftOut.Contains(listener)) Tell(listener, news);
    }

    private void Tell(TrainingListener listener, Action<TrainingListener> news)
    {
        try
        {
            news(listener);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            if (leftOut.Add(listener)) Warned($"{listener.GetType().Name} is left out from here on, the run goes on: {(fault is IOException or UnauthorizedAccessException ? $"cannot write: {Files.WriteFault.Reason(fault)}" : $"{fault.GetType().Name}: {fault.Message}")}");
        }
    }
}
