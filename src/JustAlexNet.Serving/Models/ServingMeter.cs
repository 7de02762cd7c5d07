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

/// <summary>What one version of a model has done since it was first loaded; it outlives reloads. Counters only grow.</summary>
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

    /// <summary>Requests that wait now for their work in the network to begin.</summary>
    public long Pending { get; init; }

    /// <summary>Time of the answered requests, added up, from their begin to their end.</summary>
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

/// <summary>Counts what a server does. Thread-safe.</summary>
public sealed class ServingMeter
{
    internal ServingMeter() { }

    /// <summary>A copy of each version's counters, by name and version.</summary>
    public IReadOnlyList<ModelCount> Models => [];

    /// <summary>Requests refused, by <see cref="ServingException.Reason"/>.</summary>
    public IReadOnlyDictionary<string, long> Rejects => new Dictionary<string, long>();

    /// <summary>Pictures that hold places now.</summary>
    public int Admitted => 0;

    /// <summary>Counts a refusal that a door decided on, such as of a key. Those of <see cref="ModelRepository"/>, <see cref="Admission"/> and <see cref="ServedModel"/> are counted already.</summary>
    internal void Reject(string reason) { }
}
