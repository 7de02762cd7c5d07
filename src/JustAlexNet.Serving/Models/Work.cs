namespace JustAlexNet.Serving;

/// <summary>The pictures of one request on their way through the network. Guarded by the scheduler's lock.</summary>
/// <param name="network">Not freed before the work is over.</param>
/// <param name="pictures">One or more.</param>
/// <param name="counters">The model's; null: work that is not counted.</param>
internal sealed class Work(ServedNetwork network, PictureInput[] pictures, ModelCounters? counters)
{
    private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ServedNetwork Network => network;

    public PictureInput[] Pictures => pictures;

    public ModelCounters? Counters => counters;

    /// <summary>(N, K), complete when <see cref="Completion"/> is.</summary>
    public float[] Logits { get; } = new float[pictures.Length * network.Classes.Count];

    /// <summary>Ends when nothing of it is in the network any more and nothing will be.</summary>
    public Task Completion => done.Task;

    /// <summary>Pictures that were taken into batches.</summary>
    public int Taken { get; set; }

    /// <summary>Pictures whose batch has ended.</summary>
    public int Ended { get; set; }

    /// <summary>Why no more of it is to be taken.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Says that waiting is over; null: never.</summary>
    public RequestClock? Clock { get; init; }

    /// <summary>When it was queued, when its first picture was taken, when its last batch ended.</summary>
    public long QueuedAt { get; set; }

    public long BegunAt { get; set; }

    public long EndedAt { get; set; }

    /// <summary>Pictures that wait.</summary>
    public int Waiting => Fault is null ? pictures.Length - Taken : 0;

    /// <summary>Completes it if nothing is left to wait for.</summary>
    public void CompleteIfOver()
    {
        if (Waiting > 0 || Ended < Taken) return;
        if (Fault is null) done.TrySetResult();
        else if (Fault is OperationCanceledException canceled) done.TrySetCanceled(canceled.CancellationToken);
        else done.TrySetException(Fault);
    }
}
