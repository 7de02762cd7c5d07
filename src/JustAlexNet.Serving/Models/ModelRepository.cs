namespace JustAlexNet.Serving;

/// <summary>The models that are served, and who may ask them now.</summary>
public sealed class ModelRepository : IAsyncDisposable
{
    private ModelRepository() { }

    /// <summary>Opens and warms up all models.</summary>
    /// <param name="files">.onnx files, each a model called after its file, version 1. May be empty with a folder.</param>
    /// <param name="directory">A folder of <c>name/version/model.onnx</c>, watched: what is added, replaced or removed there is, within seconds. Null: none.</param>
    /// <param name="options">Checked.</param>
    /// <param name="stop">Gives up.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="ServingException">Models cannot be opened; all are named.</exception>
    /// <exception cref="ArgumentException">The options are at fault; all faults are named.</exception>
    public static Task<ModelRepository> OpenAsync(IReadOnlyList<string> files, string? directory, ServingOptions options, CancellationToken stop, TimeProvider? time = null) => throw new NotImplementedException();

    /// <summary>Whether requests are answered: models are loaded and warm, and the end has not begun.</summary>
    public bool IsReady => false;

    /// <summary>What was opened with.</summary>
    public ServingOptions Options { get; } = new();

    /// <summary>Counters.</summary>
    public ServingMeter Meter { get; } = new();

    /// <summary>All models and versions, by name, then version, ascending.</summary>
    public IReadOnlyList<ModelStatus> Index() => [];

    /// <summary>The name that no name stands for: the only model, or the first that was given.</summary>
    public string DefaultName => "";

    /// <summary>A model to ask.</summary>
    /// <param name="name">Null or empty: <see cref="DefaultName"/>.</param>
    /// <param name="version">Null or empty: the highest that is ready.</param>
    /// <exception cref="ServingException"><see cref="ServingFault.NotFound"/> or <see cref="ServingFault.Unavailable"/>.</exception>
    public ModelLease Lease(string? name = null, string? version = null) => throw new NotImplementedException();

    /// <summary>Lets a request in, before its body is read.</summary>
    /// <param name="pictures">How many it has, as far as that is known; 1 or more.</param>
    /// <param name="left">Says that the caller has gone.</param>
    /// <exception cref="ServingException"><see cref="ServingFault.QueueFull"/>, <see cref="ServingFault.TooLarge"/>, or <see cref="ServingFault.Unavailable"/> while it drains.</exception>
    public Admission Admit(int pictures = 1, CancellationToken left = default) => throw new NotImplementedException();

    /// <summary>Loads all versions of a model, again where they are loaded.</summary>
    /// <exception cref="ServingException"><see cref="ServingFault.NotFound"/>; <see cref="ServingFault.BadInput"/> with what is wrong, where it cannot be opened.</exception>
    public Task LoadAsync(string name, CancellationToken stop = default) => throw new NotImplementedException();

    /// <summary>Takes a model out of service until <see cref="LoadAsync"/>; requests that hold a lease are answered.</summary>
    /// <exception cref="ServingException"><see cref="ServingFault.NotFound"/>.</exception>
    public Task UnloadAsync(string name, CancellationToken stop = default) => throw new NotImplementedException();

    /// <summary>Lets nobody in any more and waits for those that are.</summary>
    /// <param name="limit">How long.</param>
    /// <returns>Whether all were answered.</returns>
    public Task<bool> DrainAsync(TimeSpan limit) => throw new NotImplementedException();

    /// <summary>Ends at once: what waits is refused, what is in the network is awaited, all models are freed.</summary>
    public ValueTask DisposeAsync() => default;
}
