using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Weights;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>What a checkpoint of ours holds, as types. The file is PyTorch's zip format: a dictionary of plain values and tensors.</summary>
/// <remarks>
/// <c>torch.load(path, weights_only=True)</c> opens it; a torchvision model takes <c>["model_state_dict"]</c> strictly. Keys: format, format_version, arch,
/// class_to_idx, display_names (where the data set has them), preprocessing, model_state_dict (the weights that learn), epoch, options, data, parts; and a key for every name in parts, which its owner
/// writes and reads (<see cref="ICheckpointPart"/>): optimizer_state_dict, scaler_state_dict (null but in float16), data_position, best, schedule, random_states, history, skipped_images, and ema_state_dict where
/// weights are averaged: then that is what was validated and what prediction takes. Version 1 has no list of parts: it holds the first seven.
/// </remarks>
public sealed class Checkpoint
{
    internal const string Format = "justalexnet";
    internal const long FormatVersion = 2;
    internal const string Weights = "model_state_dict", AveragedWeights = "ema_state_dict";

    private const int OfEntry = 512;       // of an archive's directory and of the pickle

    private static readonly string[] FirstParts = ["optimizer_state_dict", "scaler_state_dict", "data_position", "best", "schedule", "random_states", "history"];

    internal Checkpoint(string path, PickleDictionary root) => (Path, Root) = (path, root);

    /// <summary>The file it was read from.</summary>
    public string Path { get; }

    internal PickleDictionary Root { get; }

    /// <summary>The network's name, such as <c>resnet18</c>.</summary>
    public string Arch => Root.Require<string>("arch", Path);

    /// <summary>The classes' names, in the order of the logits.</summary>
    public IReadOnlyList<string> Classes => CheckpointEntries.Classes(Root.Require<PickleDictionary>("class_to_idx", Path), Path);

    /// <summary>What a class is called for people, by class name, where the data set said so (Tiny-ImageNet's words.txt); otherwise empty.</summary>
    public IReadOnlyDictionary<string, string> DisplayNames => CheckpointEntries.DisplayNames(Root, Path);

    /// <summary>How pictures become the network's input.</summary>
    public Preprocessing Preprocessing => CheckpointEntries.ToPreprocessing(Root.Require<PickleDictionary>("preprocessing", Path), Path);

    /// <summary>How far the run was.</summary>
    public TrainingPosition Position => CheckpointEntries.PositionAndSums(Root.Require<PickleDictionary>("data_position", Path), Path).Position;

    /// <summary>The finished epochs.</summary>
    public IReadOnlyList<EpochRecord> History => CheckpointEntries.History(Root.Require<List<object?>>("history", Path), Path);

    /// <summary>What the network was worth before its first epoch, as long as no epoch has passed it.</summary>
    internal EpochRecord? Before => CheckpointEntries.Before(Root.TryGetValue("best", out var best) ? best : null, Path);

    /// <summary>The options of the run, as recorded.</summary>
    public IReadOnlyDictionary<string, object?> Options => Root.Require<PickleDictionary>("options", Path).ToDictionary(e => $"{e.Key}", e => e.Value);

    /// <summary>The entry of the weights that were validated and that predict: the averaged ones where there are such, else those that learn.</summary>
    internal string Entry => Root.TryGetValue(AveragedWeights, out _) ? AveragedWeights : Weights;

    /// <summary>Weights and running statistics, of <see cref="Entry"/>.</summary>
    internal IReadOnlyDictionary<string, StoredTensor> State => Tensors(Entry);

    /// <summary>What the run was trained on.</summary>
    public DataRecord Data => DataRecord.Read(Root.Require<PickleDictionary>("data", Path), Path);

    /// <summary>Whether a value read from a file is a checkpoint of ours rather than other weights.</summary>
    internal static bool IsOne(object? root) => root is PickleDictionary dictionary && dictionary.TryGetValue("format", out var format) && format is Format;

    /// <summary>Reads a checkpoint and checks that it is one of ours and whole.</summary>
    /// <exception cref="WeightsException">No such file, damaged, not a PyTorch file, or no checkpoint of ours.</exception>
    public static Checkpoint Read(string path)
    {
        return Of(path, WeightsFile.Open(path).Root);
    }

    /// <summary>As <see cref="Read"/>, from the value that the file holds.</summary>
    internal static Checkpoint Of(string path, object? root)
    {
        if (!IsOne(root))
            throw new WeightsException($"{path} holds weights, but is no checkpoint of justalexnet train (it lacks 'format': 'justalexnet').\nName a latest_model.pth or best_model.pth of a run.") { Path = path };
        var dictionary = (PickleDictionary)root!;
        if (dictionary.Require<long>("format_version", path) is var version && version is < 1 or > FormatVersion)
            throw new WeightsException($"{path} has format version {version}, this program reads 1 to {FormatVersion}.\nUse the version of justalexnet that wrote it.") { Path = path };
        return new Checkpoint(path, dictionary);
    }

    /// <summary>Restores network and parts (optimiser, schedule, random streams, position, hooks) into a trainer at its beginning.</summary>
    /// <exception cref="WeightsException">A part of the trainer is not in the file, or one of the file is not the trainer's; all of them are named.</exception>
    internal void RestoreInto(Trainer trainer)
    {
        var (held, parts) = (Parts, trainer.Parts);
        var (missing, unknown) = (parts.Where(part => !part.MayBeMissing).Select(part => part.Name).Except(held).ToList(), held.Except(parts.Select(part => part.Name)).ToList());
        if (missing.Count + unknown.Count > 0)
            throw new WeightsException(
                $"{Path} is of another run: {string.Join("; ", new[] { Listed("it has no", missing), Listed("this run does not know its", unknown) }.OfType<string>())}.\n" +
                "Resume with the recipe that the checkpoint was made with.") { Path = Path };
        StateLoading.CopyInto(trainer.Network.State.ToDictionary(), Tensors(Weights), Path, trainer.Network.Name);
        foreach (var part in parts.Where(part => held.Contains(part.Name))) part.Read(Root.TryGetValue(part.Name, out var stored) ? stored : throw new WeightsException($"{Path} lists the part '{part.Name}' but does not hold it: the file was changed by another program.") { Path = Path }, Path);
        trainer.GoOn(Options.GetValueOrDefault("precision") as string);

        static string? Listed(string what, List<string> names) => names.Count == 0 ? null : $"{what} {string.Join(", ", names)}";
    }

    private IReadOnlyList<string> Parts => Root.Require<long>("format_version", Path) == 1 ? FirstParts : [.. Root.Require<List<object?>>("parts", Path).OfType<string>()];

    private IReadOnlyDictionary<string, StoredTensor> Tensors(string entry) => StateLoading.Tensors(Root.Require<PickleDictionary>(entry, Path), Path);

    /// <summary>Writes the present state of a run: to a temporary file, flushed, renamed.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="run">The state, between two steps or epochs.</param>
    /// <param name="identity">What does not change during a run.</param>
    internal static void Write(string path, CheckpointState run, CheckpointIdentity identity)
    {
        using var scope = NewDisposeScope();
        TorchFile.Write(path, Compose(run, identity));
    }

    /// <summary>Bytes that the file of a checkpoint takes, about: what its tensors do, and a little more.</summary>
    internal static long BytesOf(object? content) => content switch
    {
        PickleDictionary dictionary => dictionary.Sum(entry => BytesOf(entry.Value)),
        List<object?> list => list.Sum(BytesOf),
        Tensor tensor => tensor.numel() * tensor.element_size() + OfEntry,
        string text => text.Length,
        _ => 16,
    };

    /// <summary>What a checkpoint of the present state holds. Tensors stay their owners', or are the caller's dispose scope's.</summary>
    internal static PickleDictionary Compose(CheckpointState run, CheckpointIdentity identity)
    {
        var state = new PickleDictionary(isOrderedDict: true);
        foreach (var (name, value) in run.Network.State) state[name] = value;
        var written = new PickleDictionary
        {
            { "format", Format },
            { "format_version", FormatVersion },
            { "arch", run.Network.Name },
            { "class_to_idx", CheckpointEntries.ClassToIndex(identity.Classes) },
            { "preprocessing", CheckpointEntries.ToPickle(identity.Preprocessing.ToDictionary()) },
            { Weights, state },
            { "epoch", (long)run.Position.Epoch },
            { "options", CheckpointEntries.ToPickle(identity.Options) },
            { "data", identity.Data.ToPickle() },
            { "parts", run.Parts.Select(part => (object?)part.Name).ToList() },
        };
        foreach (var part in run.Parts) written.Add(part.Name, part.Write());
        if (identity.DisplayNames.Count > 0) written[CheckpointEntries.DisplayNamesKey] = CheckpointEntries.ToPickle(identity.DisplayNames.ToDictionary(entry => entry.Key, entry => (object)entry.Value));
        return written;
    }
}
