using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Weights;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>What a checkpoint of ours holds, as types. The file is PyTorch's zip format: a dictionary of plain values and tensors.</summary>
/// <remarks>
/// <c>torch.load(path, weights_only=True)</c> opens it; a torchvision model takes <c>["model_state_dict"]</c> strictly. Keys: format, format_version, arch,
/// class_to_idx, display_names (where the data set has them), preprocessing, model_state_dict, optimizer_state_dict, scaler_state_dict (null but in float16), epoch, data_position, best, schedule, random_states, options, history, data.
/// </remarks>
public sealed class Checkpoint
{
    internal const string Format = "justalexnet";
    internal const long FormatVersion = 1;

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
    public TrainingPosition Position
    {
        get
        {
            var position = Root.Require<PickleDictionary>("data_position", Path);
            return new TrainingPosition((int)position.Require<long>("epoch", Path), (int)position.Require<long>("step", Path));
        }
    }

    /// <summary>Sums of the epoch that the run was in.</summary>
    internal EpochSums Sums
    {
        get
        {
            var position = Root.Require<PickleDictionary>("data_position", Path);
            return new EpochSums(
                position.Require<long>("images", Path), position.Require<double>("loss_sum", Path),
                position.Require<long>("top1_hits", Path), position.Require<long>("topk_hits", Path));
        }
    }

    /// <summary>The finished epochs.</summary>
    public IReadOnlyList<EpochRecord> History => CheckpointEntries.History(Root.Require<List<object?>>("history", Path), Path);

    /// <summary>What the network was worth before its first epoch, as long as no epoch has passed it.</summary>
    internal EpochRecord? Before => Root.TryGetValue("best", out var best) && best is PickleDictionary stored && CheckpointEntries.Epoch(stored, Path) is { Epoch: 0 } before ? before : null;

    /// <summary>The options of the run, as recorded.</summary>
    public IReadOnlyDictionary<string, object?> Options => Root.Require<PickleDictionary>("options", Path).ToDictionary(e => $"{e.Key}", e => e.Value);

    /// <summary>Weights and running statistics.</summary>
    internal IReadOnlyDictionary<string, StoredTensor> State => StateLoading.Tensors(Root.Require<PickleDictionary>("model_state_dict", Path), Path);

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
        if (dictionary.Require<long>("format_version", path) is var version && version != FormatVersion)
            throw new WeightsException($"{path} has format version {version}, this program reads {FormatVersion}.\nUse the version of justalexnet that wrote it.") { Path = path };
        return new Checkpoint(path, dictionary);
    }

    /// <summary>Restores network, optimiser, random stream and position into a trainer at its beginning.</summary>
    internal void RestoreInto(Trainer trainer)
    {
        StateLoading.CopyInto(trainer.Network.State.ToDictionary(), State, Path, trainer.Network.Name);
        trainer.Optimiser.LoadStateDictionary(Root.Require<PickleDictionary>("optimizer_state_dict", Path), Path);
        if (trainer.Scaler is not null && Root.TryGetValue("scaler_state_dict", out var scaler) && scaler is PickleDictionary scale) trainer.Scaler = GradientScaler.Of(scale, Path);
        using var state = Root.Require<PickleDictionary>("random_states", Path).Require<StoredTensor>("cpu", Path).ToTensor();
        var position = Position;
        Runtime.RandomState.Restore(state, gpuSeed: HashCode(trainer.Options.Seed, position));
        trainer.ContinueFrom(position, Sums, History, Before, Options.GetValueOrDefault("precision") as string);
    }

    /// <summary>Writes the present state of a run: to a temporary file, flushed, renamed.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="run">The state, between two steps or epochs.</param>
    /// <param name="identity">What does not change during a run.</param>
    internal static void Write(string path, CheckpointState run, CheckpointIdentity identity)
    {
        using var random = Runtime.RandomState.Capture();
        TorchFile.Write(path, Compose(run, identity, random));
    }

    private static PickleDictionary Compose(CheckpointState run, CheckpointIdentity identity, Tensor random)
    {
        var state = new PickleDictionary(isOrderedDict: true);
        foreach (var (name, value) in run.Network.State) state[name] = value;
        var (position, sums) = (run.Position, run.Sums);
        var written = new PickleDictionary
        {
            { "format", Format },
            { "format_version", FormatVersion },
            { "arch", run.Network.Name },
            { "class_to_idx", CheckpointEntries.ClassToIndex(identity.Classes) },
            { "preprocessing", CheckpointEntries.ToPickle(identity.Preprocessing.ToDictionary()) },
            { "model_state_dict", state },
            { "optimizer_state_dict", run.Optimiser },
            { "scaler_state_dict", run.Scaler?.ToStateDictionary() },
            { "epoch", (long)position.Epoch },
            { "data_position", new PickleDictionary
                {
                    { "epoch", (long)position.Epoch }, { "step", (long)position.Step }, { "images", sums.Images },
                    { "loss_sum", sums.Loss }, { "top1_hits", sums.Top1 }, { "topk_hits", sums.TopK },
                } },
            { "best", run.Best is { } best ? CheckpointEntries.ToPickle(best) : null },
            { "schedule", new PickleDictionary { { "name", run.Schedule.Name }, { "warmup_epochs", (long)run.Schedule.WarmupEpochs } } },
            { "random_states", new PickleDictionary { { "cpu", random } } },
            { "options", CheckpointEntries.ToPickle(identity.Options) },
            { "history", run.History.Select(record => (object?)CheckpointEntries.ToPickle(record)).ToList() },
            { "data", identity.Data.ToPickle() },
        };
        if (identity.DisplayNames.Count > 0) written[CheckpointEntries.DisplayNamesKey] = CheckpointEntries.ToPickle(identity.DisplayNames.ToDictionary(entry => entry.Key, entry => (object)entry.Value));
        return written;
    }

    private static long HashCode(long seed, TrainingPosition position) => seed * 1_000_003 + position.Epoch * 100_003L + position.Step;
}

/// <summary>What every checkpoint of a run has in common.</summary>
/// <param name="Classes">Names in the order of the logits.</param>
/// <param name="Preprocessing">As validation uses it.</param>
/// <param name="Options">Every resolved option by its name on the command line.</param>
/// <param name="Data">What it is trained on.</param>
internal sealed record CheckpointIdentity(
    IReadOnlyList<string> Classes, Preprocessing Preprocessing, IReadOnlyDictionary<string, object> Options, DataRecord Data)
{
    /// <summary>See <see cref="Checkpoint.DisplayNames"/>.</summary>
    public IReadOnlyDictionary<string, string> DisplayNames { get; init; } = new Dictionary<string, string>();
}

/// <summary>What changes during a run, as a checkpoint takes it.</summary>
/// <param name="Network">Its state is written; stays the caller's.</param>
/// <param name="Optimiser">As <c>torch.optim</c>'s <c>state_dict()</c> gives it.</param>
/// <param name="Position">How far the run is.</param>
/// <param name="Sums">Of the epoch at hand.</param>
/// <param name="Best">The best epoch so far, if any.</param>
/// <param name="Schedule">The learning rate by epoch.</param>
/// <param name="History">The finished epochs.</param>
/// <param name="Scaler">Of float16; else null.</param>
internal sealed record CheckpointState(
    Models.Network Network, PickleDictionary Optimiser, TrainingPosition Position, EpochSums Sums, EpochRecord? Best, LearningRateSchedule Schedule, IReadOnlyList<EpochRecord> History,
    GradientScaler? Scaler = null)
{
    /// <summary>The present state of a loop.</summary>
    public static CheckpointState Of(Trainer trainer) => new(
        trainer.Network, trainer.Optimiser.ToStateDictionary(trainer.LearningRate), trainer.Position, trainer.ReadSums(), trainer.Best, trainer.Options.Schedule, trainer.History, trainer.Scaler);
}
