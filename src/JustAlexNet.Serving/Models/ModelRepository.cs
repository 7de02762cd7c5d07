using JustAlexNet.Imaging;

namespace JustAlexNet.Serving;

/// <summary>The models that are served, and who may ask them now.</summary>
/// <remarks>
/// <para>A request: <see cref="Admit"/> before its body is read; <see cref="Lease"/>; one of <see cref="ServedModel"/>'s methods; both given back.</para>
/// <para>Pictures are decoded on the threads of their requests, a bounded number side by side; only the network has threads of its own, and one queue in order of arrival for all models. Thread-safe.</para>
/// </remarks>
public sealed class ModelRepository : IAsyncDisposable
{
    private readonly ServerParts parts;
    private readonly ModelShelf shelf = new();
    private readonly ModelWatch watch;
    private readonly CancellationTokenSource stopped = new();
    private Task watching = Task.CompletedTask;
    private bool isOpen, isDisposed;

    private ModelRepository(string? directory, ServingOptions options, TimeProvider time, Func<string, int, ServedNetwork> open)
    {
        parts = new ServerParts(options, time);
        watch = new ModelWatch(shelf, new ModelLoader(parts, open), directory);
        shelf.Changed = status => Changed?.Invoke(this, status);
    }

    /// <summary>A model is being loaded, was loaded, refused or taken out, from now on: for a log. Raised on the thread that does it; must not throw.</summary>
    public event EventHandler<ModelStatus>? Changed;

    /// <summary>Opens and warms up all models.</summary>
    /// <param name="files">.onnx files, each a model called after its file, version 1; watched. May be empty with a folder.</param>
    /// <param name="directory">A folder of <c>name/version/model.onnx</c>, watched: what is added, replaced or removed there is, within seconds. Null: none.</param>
    /// <param name="options">Checked.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ModelLoadException">There is no model, or some cannot be opened; all are named.</exception>
    /// <exception cref="JpegDecoderException">The environment asks for a JPEG decoder that cannot be had.</exception>
    /// <exception cref="ArgumentException">The options are at fault; all faults are named.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was asked for.</exception>
    public static Task<ModelRepository> OpenAsync(IReadOnlyList<string> files, string? directory, ServingOptions options, TimeProvider time, CancellationToken stop = default) =>
        OpenAsync(files, directory, options, OnnxServedNetwork.Open, time, stop);

    /// <summary>The same by the system's clock.</summary>
    public static Task<ModelRepository> OpenAsync(IReadOnlyList<string> files, string? directory, ServingOptions options, CancellationToken stop = default) => OpenAsync(files, directory, options, TimeProvider.System, stop);

    internal static async Task<ModelRepository> OpenAsync(IReadOnlyList<string> files, string? directory, ServingOptions options, Func<string, int, ServedNetwork> open, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        options.Check();
        _ = JpegDecoder.Current;        // an error in its switch is to be heard now
        var repository = new ModelRepository(directory, options, time, open);
        try
        {
            await repository.StartAsync(files, directory, stop).ConfigureAwait(false);
            return repository;
        }
        catch
        {
            await repository.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Whether requests are answered: a model is loaded and warm (at the start: all are), and the end has not begun.</summary>
    public bool IsReady => isOpen && !parts.Places.AreClosed && shelf.HasModel;

    /// <summary>What it was opened with.</summary>
    public ServingOptions Options => parts.Options;

    /// <summary>Counters.</summary>
    public ServingMeter Meter => parts.Meter;

    /// <summary>The name that no name stands for: the only model, or the first that was given; of a folder, the first in the order of their letters when it was opened.</summary>
    public string DefaultName { get; private set; } = "";

    /// <summary>All models and versions, by name, then version, ascending.</summary>
    public IReadOnlyList<ModelStatus> Index() => watch.Fault is { } fault ? [.. shelf.Index().Select(status => status with { Reason = status.Reason.Length == 0 ? fault : status.Reason })] : shelf.Index();

    /// <summary>A model to ask.</summary>
    /// <param name="name">Null or empty: <see cref="DefaultName"/>.</param>
    /// <param name="version">Null or empty: the highest that answers.</param>
    /// <exception cref="ServingException"><see cref="ServingFault.NotFound"/>; <see cref="ServingFault.Unavailable"/>: it is being loaded, was unloaded, or failed.</exception>
    public ModelLease Lease(string? name = null, string? version = null)
    {
        try
        {
            return shelf.Lease(string.IsNullOrEmpty(name) ? DefaultName : name, version);
        }
        catch (ServingException refusal)
        {
            throw Meter.Refused(refusal);
        }
    }

    /// <summary>Lets a request in, before its body is read.</summary>
    /// <param name="pictures">How many it has, as far as that is known; 1 or more.</param>
    /// <param name="left">Says that the caller has gone.</param>
    /// <exception cref="ServingException"><see cref="ServingFault.QueueFull"/>, with the time that those before it will take; <see cref="ServingFault.TooLarge"/>; <see cref="ServingFault.Unavailable"/> once it drains.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="left"/> said so.</exception>
    public Admission Admit(int pictures = 1, CancellationToken left = default)
    {
        left.ThrowIfCancellationRequested();
        return new(parts.Places, Meter, pictures);
    }

    /// <summary>Loads all versions of a model, again where they are loaded.</summary>
    /// <param name="name">The model.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ServingException"><see cref="ServingFault.NotFound"/>; <see cref="ServingFault.BadInput"/> with what is wrong: what was served before is served on.</exception>
    public Task LoadAsync(string name, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return watch.LoadAsync(name, stop);
    }

    /// <summary>Takes a model out of service until <see cref="LoadAsync"/>; requests that hold a lease are answered.</summary>
    /// <param name="name">The model.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="ServingException"><see cref="ServingFault.NotFound"/>.</exception>
    public Task UnloadAsync(string name, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return watch.UnloadAsync(name, stop);
    }

    /// <summary>Lets nobody in any more and waits for those that are.</summary>
    /// <param name="limit">How long.</param>
    /// <returns>Whether all gave their places back.</returns>
    public async Task<bool> DrainAsync(TimeSpan limit)
    {
        var empty = parts.Places.Close();
        await StopWatchingAsync().ConfigureAwait(false);
        try
        {
            await empty.WaitAsync(limit, parts.Time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Ends at once: what waits is refused, what is in the network is awaited, all models are freed. A second call does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, true)) return;
        _ = parts.Places.Close();
        await StopWatchingAsync().ConfigureAwait(false);
        parts.Dispose();
        await watch.ClearAsync().ConfigureAwait(false);
        watch.Dispose();
        stopped.Dispose();
    }

    /// <summary>Looks at the files now, as every second.</summary>
    internal Task LookAsync() => watch.LookAsync(CancellationToken.None);

    private async Task StartAsync(IReadOnlyList<string> files, string? directory, CancellationToken stop)
    {
        var faults = new List<string>();
        foreach (var file in files)
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (!ModelNames.IsName(name)) faults.Add($"{file}: a model is called after its file, and '{name}' is no name: expected {ModelNames.Expected}.\nRename the file.");
            else if (!shelf.Add(new ModelSlot(new(name, "1", file, IsInFolder: false)))) faults.Add($"{file}: another file is called {name} too, and a model is called after its file.\nRename one of them.");
        }
        if (faults.Count == 0) faults.AddRange(await watch.LoadAllAsync(stop).ConfigureAwait(false));
        if (faults.Count == 0 && shelf.Find().Count == 0) faults.Add(directory is null ? "there is no model to serve.\nName an .onnx file." : $"{directory} holds no model, expected NAME/VERSION/{ModelFolder.File}, VERSION a number.\nWrite one there with justalexnet export.");
        if (faults.Count > 0) throw new ModelLoadException(string.Join('\n', faults));
        DefaultName = files.Count > 0 ? Path.GetFileNameWithoutExtension(files[0]) : shelf.Find()[0].Place.Name;
        isOpen = true;
        watching = watch.RunAsync(parts.Time, stopped.Token);
    }

    private async Task StopWatchingAsync()
    {
        if (!stopped.IsCancellationRequested) await stopped.CancelAsync().ConfigureAwait(false);
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
