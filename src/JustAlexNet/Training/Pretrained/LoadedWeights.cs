using JustAlexNet.Files;
using JustAlexNet.Imaging;
using JustAlexNet.Models;
using JustAlexNet.Weights;
using JustAlexNet.Weights.Pretrained;

namespace JustAlexNet.Training;

/// <summary>What a file of weights gives, with everything it brings along: to predict with, to begin training from, or as a frozen backbone.</summary>
/// <remarks>Values are read when they are copied into a network; the file stays open until then. Thread-safe.</remarks>
public sealed class LoadedWeights
{
    /// <summary>The word for no weights from elsewhere.</summary>
    public const string None = "none";

    /// <summary>The word for torchvision's ImageNet weights of the network asked for.</summary>
    public const string ImageNet = "imagenet";

    private readonly Lazy<string> sha256;

    private LoadedWeights(string source, StateDictionary state, Lazy<string> sha256) => (Source, Path, State, this.sha256) = (source, state.Source, state, sha256);

    /// <summary>What was asked for: <c>imagenet</c>, or the path.</summary>
    public string Source { get; }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The tensors, by the names that the network gives them.</summary>
    public StateDictionary State { get; }

    /// <summary>The network that they belong to; null where the file does not say.</summary>
    public string? Arch { get; private init; }

    /// <summary>How pictures were prepared; null where the file does not say. A guess would change predictions.</summary>
    public Preprocessing? Preprocessing { get; private init; }

    /// <summary>Class names in the order of the logits; null where the file does not say.</summary>
    public IReadOnlyList<string>? Classes { get; private init; }

    /// <summary>What a class is called for people, by class name, where the file says so; otherwise empty.</summary>
    public IReadOnlyDictionary<string, string> DisplayNames { get; private init; } = new Dictionary<string, string>();

    /// <summary>Under which terms the weights may be used; null where nobody knows.</summary>
    public string? Licence { get; private init; }

    /// <summary>What a person should know, a sentence each: names that were changed, cached files that were passed over.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>SHA-256 of the file in small hexadecimal digits; computed when first asked for.</summary>
    public string Sha256 => sha256.Value;

    internal Checkpoint? Checkpoint { get; private init; }

    /// <summary>Opens ImageNet weights (from the cache, else from the network) or a file.</summary>
    /// <param name="source"><c>imagenet</c>, or the path of a checkpoint of ours, a PyTorch file or a .safetensors file. A file called imagenet is <c>./imagenet</c>.</param>
    /// <param name="model">The network; needed for <c>imagenet</c>, and must not contradict a checkpoint of ours. Null: as the file says.</param>
    /// <param name="download">How the network is used. Null: the defaults.</param>
    /// <param name="stop">Ends a download; what has arrived is kept for the next time.</param>
    /// <exception cref="WeightsException">No such file, damaged, hostile, of another network, or not to be downloaded.</exception>
    public static LoadedWeights Open(string source, string? model = null, DownloadOptions? download = null, CancellationToken stop = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        if (source == None) throw new ArgumentException($"'{None}' means that there are no weights to open.", nameof(source));
        if (source == ImageNet) return Fetch(model, download ?? new DownloadOptions(), stop);
        var opened = OpenFile(source);
        if (model is not null && opened.Arch is { } arch && arch != model)
            throw new WeightsException($"{source} holds {arch}, `model` says {model}.\n  Pass `model` {arch}, or name weights of {model}.") { Path = source };
        return opened;
    }

    /// <summary>Copies the weights into a network: all of them where its classes are those of the file, all but the head where they are others.</summary>
    /// <param name="network">On any device; its head keeps its values where its classes are others.</param>
    /// <param name="classes">The network's classes. Where the file does not name its own, the same number counts as the same classes.</param>
    /// <returns>What was not loaded: the head, counters of batches that old files lack.</returns>
    /// <exception cref="WeightsException">Anything else is missing, unexpected or of another shape; nothing is copied then.</exception>
    public SkippedState LoadInto(Network network, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(classes);
        if (Arch is { } arch && arch != network.Name) throw new WeightsException($"{Path} holds {arch}, the network is {network.Name}.\n  Pass `model` {arch}, or name weights of {network.Name}.") { Path = Path };
        var head = ModelCatalogue.Find(network.Name)!.HeadName;
        return Load(network, IsHeadFor(head, classes) ? [] : [$"{head}.weight", $"{head}.bias"]);
    }

    /// <summary>Copies the weights, the head included, into a network that they fit.</summary>
    internal SkippedState LoadInto(Network network) => Load(network, []);

    private SkippedState Load(Network network, IReadOnlyList<string> head)
    {
        try
        {
            return StateLoading.CopyInto(network.State.ToDictionary(), State.Tensors, Path, network.Name, new AllowedMismatches { Counters = Checkpoint is null, Head = head });
        }
        catch (WeightsException misfit) when (Arch is null && misfit.Mismatch is { } mismatch && mismatch.Missing.Count + mismatch.Unexpected.Count > 0)
        {
            var fitting = ModelCatalogue.All.FirstOrDefault(row => row.Name != network.Name && HasNamesOf(row));
            throw new WeightsException($"{misfit.Message}\n" + (fitting is null
                ? $"  They are no weights of {string.Join(", ", ModelCatalogue.All.Select(row => row.Name))}, or stand under other names."
                : $"  Its entries are those of {fitting.Name}: pass `model` {fitting.Name}."), misfit) { Path = Path, Mismatch = mismatch };
        }
    }

    private bool HasNamesOf(ModelVariant variant)
    {
        using var network = variant.Create(classes: 2, seed: null);
        return network.State.Select(entry => entry.Key).Where(name => !StateNames.IsCounter(name)).ToHashSet().SetEquals(State.Tensors.Keys.Where(name => !StateNames.IsCounter(name)));
    }

    /// <summary>Opens a file of weights.</summary>
    internal static LoadedWeights OpenFile(string path)
    {
        var file = WeightsFile.Open(path);
        var sha256 = new Lazy<string>(() => WeightsCache.Sha256(path));
        if (!Checkpoint.IsOne(file.Root))
        {
            var state = file.FindState();
            var known = CarriedEntries.FromMetadata(file.Metadata, path);
            return new LoadedWeights(path, state, sha256)
            {
                Arch = known?.Require<string>("arch", path),
                Preprocessing = known is null ? null : CheckpointEntries.ToPreprocessing(known.Require<PickleDictionary>("preprocessing", path), path),
                Classes = known is null ? null : CheckpointEntries.Classes(known.Require<PickleDictionary>("class_to_idx", path), path),
                DisplayNames = CheckpointEntries.DisplayNames(known, path),
                Notes = [.. state.Notes.Select(note => $"{path}: {note}")],
            };
        }

        var checkpoint = Checkpoint.Of(path, file.Root);
        return new LoadedWeights(path, file.FindState(checkpoint.Entry), sha256)
        {
            Arch = checkpoint.Arch,
            Preprocessing = checkpoint.Preprocessing,
            Classes = checkpoint.Classes,
            DisplayNames = checkpoint.DisplayNames,
            Checkpoint = checkpoint,
        };
    }

    private static LoadedWeights Fetch(string? model, DownloadOptions download, CancellationToken stop)
    {
        var row = model is null ? null : ImageNetWeights.Find(model);
        if (row is null)
            throw new WeightsException($"there are no ImageNet weights for {(model is null ? "a network that is not named" : $"'{model}'")}.\n  Pass `model`: {string.Join(", ", ImageNetWeights.All.Select(r => r.Model))}.");
        return Fetch(row, download, stop);
    }

    /// <summary>The weights of one row of the table, or of one like it.</summary>
    internal static LoadedWeights Fetch(PretrainedFile row, DownloadOptions download, CancellationToken stop = default)
    {
        var (path, hash, notes) = new WeightsCache(download).Fetch(row, stop);
        var state = WeightsFile.Open(path).FindState();
        return new LoadedWeights(ImageNet, state, new Lazy<string>(hash))
        {
            Arch = row.Model,
            Preprocessing = Preprocessing.ImageNet(ImageNetWeights.ImageSize),
            Classes = ImageNetClasses.Names,
            Licence = ImageNetWeights.Licence,
            Notes = notes,
        };
    }

    private bool IsHeadFor(string head, IReadOnlyList<string> classes) =>
        State.Tensors.TryGetValue($"{head}.weight", out var weight) && weight.Shape is [var count, _] && count == classes.Count && (Classes is null || Classes.SequenceEqual(classes));
}
