namespace JustAlexNet.Serving;

/// <summary>A model, kept in memory until it is given back with <see cref="Dispose"/>, whatever replaces it meanwhile. A second call does nothing. Thread-safe.</summary>
public sealed class ModelLease : IDisposable
{
    private Action? giveBack;

    internal ModelLease(ServedModel model, Action giveBack) => (Model, this.giveBack) = (model, giveBack);

    /// <summary>The model; not to be used after the lease was given back.</summary>
    public ServedModel Model { get; }

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref giveBack, null)?.Invoke();
}
