namespace JustAlexNet.Serving;

/// <summary>Why a request of a model failed, by Triton's words.</summary>
public enum FailureKind
{
    /// <summary>Not let in, or taken out because its deadline passed.</summary>
    Rejected,

    /// <summary>The caller left.</summary>
    Canceled,

    /// <summary>The network failed.</summary>
    Backend,

    /// <summary>What was sent cannot be used.</summary>
    Other,
}

/// <summary>What one version of a model has done since it was first loaded; it outlives reloads. All but <see cref="Pending"/> only grow.</summary>
/// <param name="Name">The model.</param>
/// <param name="Version">Its version.</param>
public sealed record ModelCount(string Name, string Version)
{
    /// <summary>Requests answered.</summary>
    public long Success { get; init; }

    /// <summary>Requests that failed, by kind; each kind is there.</summary>
    public required IReadOnlyDictionary<FailureKind, long> Failures { get; init; }

    /// <summary>Pictures that passed the network.</summary>
    public long Inferences { get; init; }

    /// <summary>Batches that passed the network.</summary>
    public long Executions { get; init; }

    /// <summary>Requests that wait now: their work in the network has not begun.</summary>
    public long Pending { get; init; }

    /// <summary>Time of the answered requests, added up, from their begin to their end: the sum of the four below.</summary>
    public TimeSpan Request { get; init; }

    /// <summary>Of that, waiting: for their turn to be decoded, and for the network.</summary>
    public TimeSpan Queue { get; init; }

    /// <summary>Of that, decoding and resizing.</summary>
    public TimeSpan ComputeInput { get; init; }

    /// <summary>Of that, in the network; a batch's time counts for each of its requests.</summary>
    public TimeSpan ComputeInfer { get; init; }

    /// <summary>Of that, after the network.</summary>
    public TimeSpan ComputeOutput { get; init; }

    /// <summary>When the last request was answered, UTC; null: none yet.</summary>
    public DateTimeOffset? LastInference { get; init; }
}

/// <summary>How long the steps of one request took.</summary>
internal readonly record struct RequestTimes(TimeSpan Queue, TimeSpan Input, TimeSpan Infer, TimeSpan Output);

/// <summary>The counters behind a <see cref="ModelCount"/>. Thread-safe.</summary>
internal sealed class ModelCounters(string name, string version, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly long[] failures = new long[Enum.GetValues<FailureKind>().Length];
    private long success, inferences, executions, pending;
    private RequestTimes sum;
    private DateTimeOffset? last;

    /// <summary>A request begins to wait, or its waiting ends.</summary>
    public void Wait(int requests) => Interlocked.Add(ref pending, requests);

    public void Executed(int pictures)
    {
        lock (gate) (executions, inferences) = (executions + 1, inferences + pictures);
    }

    public void Answered(RequestTimes times)
    {
        lock (gate)
        {
            success++;
            sum = new(sum.Queue + times.Queue, sum.Input + times.Input, sum.Infer + times.Infer, sum.Output + times.Output);
            last = time.GetUtcNow();
        }
    }

    public void Failed(FailureKind kind)
    {
        lock (gate) failures[(int)kind]++;
    }

    public ModelCount Read()
    {
        lock (gate)
        {
            return new(name, version)
            {
                Success = success, Failures = Enum.GetValues<FailureKind>().ToDictionary(kind => kind, kind => failures[(int)kind]), Inferences = inferences, Executions = executions, Pending = Interlocked.Read(ref pending),
                Request = sum.Queue + sum.Input + sum.Infer + sum.Output, Queue = sum.Queue, ComputeInput = sum.Input, ComputeInfer = sum.Infer, ComputeOutput = sum.Output, LastInference = last,
            };
        }
    }
}
