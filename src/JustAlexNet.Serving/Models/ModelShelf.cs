namespace JustAlexNet.Serving;

/// <summary>A version of a model: what is served of it, and what was last seen of its file.</summary>
internal sealed class ModelSlot(ModelPlace place)
{
    public ModelPlace Place => place;

    /// <summary>What is served. This, and the three below, are guarded by the shelf.</summary>
    public ServedModel? Model { get; set; }

    public bool IsLoading { get; set; } = true;

    public string Reason { get; set; } = "";

    /// <summary>Whether the file seen last is refused.</summary>
    public bool IsRefused { get; set; }

    /// <summary>This and the rest are the watch's.</summary>
    public FileStamp? Seen { get; set; }

    public FileStamp? Loaded { get; set; }

    public FileStamp? Failed { get; set; }

    /// <summary>How often in a row its folder was not there.</summary>
    public int Missing { get; set; }

    public ModelStatus Status => new(place.Name, place.Version, Model is not null ? ModelState.Ready : IsLoading ? ModelState.Loading : ModelState.Unavailable, Reason) { IsRefused = IsRefused };
}

/// <summary>The models by name and version. What is taken from here is freed when its last lease is back. Thread-safe.</summary>
internal sealed class ModelShelf
{
    private const int NamesShown = 8;

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, SortedList<string, ModelSlot>> models = new(StringComparer.Ordinal);

    /// <summary>Hears what becomes of a version, on the thread that does it.</summary>
    public Action<ModelStatus>? Changed { get; set; }

    public bool HasModel
    {
        get
        {
            lock (gate) return models.Values.Any(versions => versions.Values.Any(slot => slot.Model is not null));
        }
    }

    public IReadOnlyList<ModelStatus> Index()
    {
        lock (gate) return [.. Slots(null).Select(slot => slot.Status)];
    }

    /// <summary>Those of a name, or all.</summary>
    public IReadOnlyList<ModelSlot> Find(string? name = null)
    {
        lock (gate) return [.. Slots(name)];
    }

    /// <summary>Adds a version that is not there. False: it is.</summary>
    public bool Add(ModelSlot slot)
    {
        lock (gate)
        {
            if (!models.TryGetValue(slot.Place.Name, out var versions)) models.Add(slot.Place.Name, versions = new(VersionOrder.Instance));
            return versions.TryAdd(slot.Place.Version, slot);
        }
    }

    /// <summary>Forgets a version.</summary>
    public void Remove(ModelSlot slot)
    {
        lock (gate)
        {
            var versions = models[slot.Place.Name];
            versions.Remove(slot.Place.Version);
            if (versions.Count == 0) models.Remove(slot.Place.Name);
        }
        Put(slot, null, isLoading: false, "removed");
    }

    /// <summary>Serves this from now on, instead of what was served before; null: nothing.</summary>
    public void Put(ModelSlot slot, ServedModel? model, bool isLoading, string reason)
    {
        ServedModel? old;
        ModelStatus status;
        lock (gate)
        {
            old = slot.Model;
            (slot.Model, slot.IsLoading, slot.Reason, slot.IsRefused) = (model, isLoading, reason, false);
            status = slot.Status;
        }
        old?.Release();
        Changed?.Invoke(status);
    }

    /// <summary>Says of a version what is happening to it; what it serves stays.</summary>
    public void Say(ModelSlot slot, bool isLoading, string reason, bool isRefused = false)
    {
        ModelStatus status;
        lock (gate)
        {
            (slot.IsLoading, slot.Reason, slot.IsRefused) = (isLoading, reason, isRefused);
            status = slot.Status;
        }
        Changed?.Invoke(status);
    }

    /// <exception cref="ServingException">There is no such model, or it does not answer.</exception>
    public ModelLease Lease(string name, string? version)
    {
        lock (gate)
        {
            if (!models.TryGetValue(name, out var versions))
                throw new ServingException(ServingFault.NotFound, "unknown_model", $"there is no model '{Cut(name)}'; there {(models.Count == 1 ? "is" : "are")} {Listed(models.Keys)}.");
            var slot = string.IsNullOrEmpty(version) ? versions.Values.LastOrDefault(slot => slot.Model is not null) ?? versions.Values[^1]
                : ModelNames.IsVersion(version) && versions.TryGetValue(version, out var known) ? known
                : throw new ServingException(ServingFault.NotFound, "unknown_version", $"the model '{name}' has no version '{Cut(version)}'; it has {Listed(versions.Keys)}.");
            if (slot.Model is not { } model || !model.TryHold())
                throw new ServingException(ServingFault.Unavailable, "not_ready", $"the model '{name}', version {slot.Place.Version}, does not answer: it is {(slot.IsLoading ? "being loaded" : "unloaded or could not be loaded")}.");
            return new(model, model.Release);
        }
    }

    private IEnumerable<ModelSlot> Slots(string? name) => name is null ? models.Values.SelectMany(versions => versions.Values) : models.TryGetValue(name, out var own) ? own.Values : [];

    private static string Listed(ICollection<string> names) => names.Count == 0 ? "none" : string.Join(", ", names.Take(NamesShown)) + (names.Count > NamesShown ? $" and {names.Count - NamesShown} more" : "");

    private static string Cut(string text) => Imaging.PrintableText.Of(text.Length > 64 ? text[..64] + "..." : text);
}
