namespace JustAlexNet.Serving;

/// <summary>Looks at the files of models again and again, and loads what is new or replaced once it stands still. One thing at a time.</summary>
/// <param name="shelf">What is served.</param>
/// <param name="loader">Opens files.</param>
/// <param name="folder">A folder of models; null: none.</param>
internal sealed class ModelWatch(ModelShelf shelf, ModelLoader loader, string? folder) : IDisposable
{
    /// <summary>Time between two looks. A file is taken when its size and its time are those of the look before.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private const string Unloaded = "unloaded";

    private readonly SemaphoreSlim turn = new(1);
    private readonly HashSet<string> unloaded = [];      // models that were taken out by hand, and what becomes of their files is not looked at

    /// <summary>Why the folder could not be looked at last; what was loaded is served on. Null: it could.</summary>
    public string? Fault { get; private set; }

    /// <summary>Looks every second until told to stop.</summary>
    public async Task RunAsync(TimeProvider time, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false)) await LookAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Loads everything that there is.</summary>
    /// <returns>What is wrong, a text for each model at fault.</returns>
    public Task<IReadOnlyList<string>> LoadAllAsync(CancellationToken stop) => InTurnAsync<IReadOnlyList<string>>(async () =>
    {
        var faults = new List<string>();
        if (folder is not null && !Directory.Exists(folder)) faults.Add($"{folder}: there is no such folder.\nMake it, with NAME/VERSION/{ModelFolder.File} in it.");
        else Discover();
        foreach (var slot in shelf.Find())
            if (await LoadAsync(slot, stop).ConfigureAwait(false) is { } fault) faults.Add(fault);
        return faults;
    }, stop);

    /// <summary>Looks once.</summary>
    public Task LookAsync(CancellationToken stop) => InTurnAsync(async () =>
    {
        try
        {
            Discover();
            Fault = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Fault = "its folder cannot be read now; what was loaded is served on";
            return 0;           // nothing is known, so nothing is removed
        }
        foreach (var slot in shelf.Find()) await LookAsync(slot, stop).ConfigureAwait(false);
        return 0;
    }, stop);

    /// <summary>Loads the versions of a model now.</summary>
    /// <exception cref="ServingException">There is none, or one cannot be loaded.</exception>
    public Task LoadAsync(string name, CancellationToken stop) => InTurnAsync(async () =>
    {
        try
        {
            Discover();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServingException(ServingFault.Unavailable, "no_folder", "the folder of models cannot be read now; what was loaded is served on.\nTry again when it is there.", e);
        }
        var faults = new List<string>();
        unloaded.Remove(name);
        foreach (var slot in Known(name))
        {
            if (await LoadAsync(slot, stop).ConfigureAwait(false) is { } fault) faults.Add(Public(slot, fault));
        }
        return faults.Count == 0 ? 0 : throw new ServingException(ServingFault.BadInput, "cannot_load", string.Join('\n', faults));
    }, stop);

    /// <summary>Takes a model out until it is loaded by name.</summary>
    /// <exception cref="ServingException">There is none.</exception>
    public Task UnloadAsync(string name, CancellationToken stop) => InTurnAsync(() =>
    {
        foreach (var slot in Known(name))
        {
            slot.Loaded = null;
            shelf.Put(slot, null, isLoading: false, Unloaded);
        }
        unloaded.Add(name);
        return Task.FromResult(0);
    }, stop);

    /// <summary>Takes everything out, for good.</summary>
    public Task ClearAsync() => InTurnAsync(() =>
    {
        foreach (var slot in shelf.Find()) shelf.Put(slot, null, isLoading: false, "the server is about to end");
        return Task.FromResult(0);
    }, CancellationToken.None);

    public void Dispose() => turn.Dispose();

    private static string Public(ModelSlot slot, string fault) => fault.Replace(Path.GetFullPath(slot.Place.Path), slot.Place.Label, StringComparison.Ordinal).Replace(slot.Place.Path, slot.Place.Label, StringComparison.Ordinal);

    private void Discover()
    {
        if (folder is null) return;
        foreach (var place in ModelFolder.Find(folder))
        {
            var slot = new ModelSlot(place);
            if (unloaded.Contains(place.Name)) (slot.IsLoading, slot.Reason) = (false, Unloaded);
            shelf.Add(slot);
        }
    }

    private IReadOnlyList<ModelSlot> Known(string name) =>
        shelf.Find(name) is { Count: > 0 } slots ? slots : throw new ServingException(ServingFault.NotFound, "unknown_model", "there is no model of this name, expected the name of a folder of models, or of a file without its ending.");

    private async Task LookAsync(ModelSlot slot, CancellationToken stop)
    {
        if (FileStamp.Of(slot.Place.Path) is not { } now)
        {
            // A file may be gone for a moment while another takes its place; a folder that is gone says that the version is.
            slot.Seen = null;
            if (slot.Place.IsInFolder && !Directory.Exists(Path.GetDirectoryName(slot.Place.Path)) && ++slot.Missing > 1) shelf.Remove(slot);
            return;
        }
        var stands = slot.Seen == now;
        (slot.Missing, slot.Seen) = (0, now);
        if (stands && !unloaded.Contains(slot.Place.Name) && now != slot.Loaded && now != slot.Failed) await LoadAsync(slot, stop).ConfigureAwait(false);
    }

    /// <returns>What is wrong; null: it is served.</returns>
    private async Task<string?> LoadAsync(ModelSlot slot, CancellationToken stop)
    {
        var before = FileStamp.Of(slot.Place.Path);
        shelf.Say(slot, isLoading: true, slot.Model is null ? "being loaded" : "a newer file is being loaded");
        try
        {
            var (model, stamp) = await loader.LoadAsync(slot.Place, stop).ConfigureAwait(false);
            (slot.Seen, slot.Loaded, slot.Failed) = (stamp, stamp, null);
            shelf.Put(slot, model, isLoading: false, "");
            return null;
        }
        catch (OperationCanceledException)
        {
            shelf.Say(slot, isLoading: false, slot.Model is null ? "loading it was given up" : "");
            throw;
        }
        catch (Exception e)         // whatever it is: the version says so, and the others go on
        {
            slot.Failed = before;
            shelf.Say(slot, isLoading: false, (slot.Model is null ? "" : "the newer file is refused and the one before it is served on: ") + Public(slot, e.Message), isRefused: true);
            return e.Message;
        }
    }

    private async Task<T> InTurnAsync<T>(Func<Task<T>> act, CancellationToken stop)
    {
        await turn.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            return await act().ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }
}
