using System.Collections.Concurrent;

namespace JustAlexNet.Serving;

/// <summary>Counts what a server does. Thread-safe.</summary>
public sealed class ServingMeter
{
    private readonly ConcurrentDictionary<(string Name, string Version), ModelCounters> models = [];
    private readonly ConcurrentDictionary<string, long> rejects = [];
    private readonly TimeProvider time;
    private int admitted;

    internal ServingMeter(TimeProvider time) => this.time = time;

    /// <summary>A copy of each version's counters, by name and version. A version that is gone keeps its counters.</summary>
    public IReadOnlyList<ModelCount> Models => [.. models.Values.Select(counters => counters.Read()).OrderBy(count => count.Name, StringComparer.Ordinal).ThenBy(count => count.Version, VersionOrder.Instance)];

    /// <summary>Requests refused or given up, by <see cref="ServingException.Reason"/>; <c>caller_left</c> where the caller went.</summary>
    public IReadOnlyDictionary<string, long> Rejects => new SortedDictionary<string, long>(rejects.ToDictionary(), StringComparer.Ordinal);

    /// <summary>Pictures that hold places now.</summary>
    public int Admitted => Volatile.Read(ref admitted);

    /// <summary>Counts a refusal. Those that come out of <see cref="ModelRepository"/>, <see cref="Admission"/> and <see cref="ServedModel"/> are counted already.</summary>
    /// <param name="reason">One of a few fixed words.</param>
    internal void Reject(string reason) => rejects.AddOrUpdate(reason, 1, static (_, count) => count + 1);

    /// <summary>Counts a refusal and hands it on.</summary>
    internal ServingException Refused(ServingException refusal)
    {
        Reject(refusal.Reason);
        return refusal;
    }

    internal void Admit(int pictures) => Interlocked.Add(ref admitted, pictures);

    internal ModelCounters Of(string name, string version) => models.GetOrAdd((name, version), static (key, time) => new ModelCounters(key.Name, key.Version, time), time);
}
