using System.Globalization;
using JustAlexNet.Imaging;
using JustAlexNet.Inference;
using JustAlexNet.Loggers;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using JustAlexNet.Settings;
using JustAlexNet.Training;

namespace JustAlexNet.Recipes;

/// <summary>What every run can be told, of whatever verb.</summary>
public static class CommonSettings
{
    /// <summary>The folder of photos; see <see cref="ImageFolder"/> for the layouts. Without a default: it has to be given.</summary>
    public static Setting<string> DataFolder { get; } = new("data",
        "Folder of photos: DATA/class/photo.jpg, or DATA/train/class/photo.jpg with DATA/val or DATA/validation, or Tiny-ImageNet as published", ValueKinds.Text("a folder of photos", "FOLDER"), "")
    { Group = SettingGroup.Photos, OnResume = OnResume.Ignored };

    /// <summary>Where the weights named imagenet are downloaded from; null: where torchvision has them, or JUSTALEXNET_MIRROR.</summary>
    public static Setting<string?> WeightsUrl { get; } = new("weights_url", "With `pretrained` imagenet: where to download from; JUSTALEXNET_MIRROR names a folder of such files",
        ValueKinds.OrNull("none", ValueKinds.Text("an address", "ADDRESS")), null)
    { Group = SettingGroup.Network, Unit = "ADDRESS", IsRecorded = false };

    /// <summary>Passes over the training photos.</summary>
    public static Setting<int> Epochs { get; } = new("epochs", "Passes over the training photos", ValueKinds.Whole(1), 20)
    {
        Unit = "EPOCHS",
        OnResumeOf = (before, _) => Schedules.IsOpenEnded(before) ? OnResume.MayChange : OnResume.Fixed,
    };

    /// <summary>Photos a step; where the default is more than there are, all.</summary>
    public static Setting<int> BatchSize { get; } = new("batch_size", "Photos a step", ValueKinds.Whole(1), 32);

    /// <summary>Epochs without a better validation top-1 after which learning stops.</summary>
    public static Setting<int> EarlyStopPatience { get; } = new("early_stop_patience", "Stop after so many epochs without better validation top-1; 0: never", ValueKinds.Whole(0, meaning: "off"), 0)
    { Unit = "EPOCHS", OnResume = OnResume.MayChange };

    /// <summary>Decides first weights, split, order, augmentation and dropout.</summary>
    public static Setting<long> Seed { get; } = new("seed", "Decides first weights, split, order, augmentation and dropout", ValueKinds.AnyWhole, 0);

    /// <summary>The share of every class that becomes validation where the folder has no validation part.</summary>
    public static Setting<double> ValSplit { get; } = new("val_split", "Share of each class held out for validation where DATA has no validation part", ValueKinds.Real("above 0 and below 1", x => x is > 0 and < 1), 0.2)
    { Group = SettingGroup.Photos, Unit = "SHARE" };

    /// <summary>A file of photos that are left out, see <see cref="ExcludeList"/>; null: none. A run that goes on may find it elsewhere: its photos are compared.</summary>
    public static Setting<string?> Exclude { get; } = new("exclude", "Leave out the photos that a file lists: a path a line, relative to DATA, such as dataset check leaves in quarantine.txt",
        ValueKinds.OrNull("none", ValueKinds.Text("a file", "LIST"), isOpen: false), null)
    { Group = SettingGroup.Photos, Unit = "LIST", OnResume = OnResume.MayChange };

    /// <summary>Whether photos that cannot be read are left out.</summary>
    public static Setting<bool> SkipsBadImages { get; } = new("bad_images", "Stop at a photo that cannot be read, or leave it out and list it", ValueKinds.Choice(("fail", false), ("skip", true)), false)
    { Group = SettingGroup.Photos };

    /// <summary>How many may be left out; null: any number.</summary>
    public static Setting<int?> BadImagesLimit { get; } = new("bad_images_limit", "With `bad_images` skip: stop after all when more than N are bad", ValueKinds.Or("none", ValueKinds.Whole(), isOpen: false), null)
    { Group = SettingGroup.Photos, OnResume = OnResume.MayChange, When = new(recipe => recipe.Get(SkipsBadImages), $"for {SkipsBadImages} skip", IsRequired: true) };

    /// <summary>Where to compute.</summary>
    public static Setting<string> Device { get; } = new("device", "auto (CUDA, then MPS, then CPU), cpu, cuda, cuda:N or mps", ValueKinds.Text("auto, cpu, cuda, cuda:N or mps", "DEVICE", DeviceFault), "auto")
    { Group = SettingGroup.Machine, OnResume = OnResume.Ignored };

    /// <summary>What convolutions and linear layers compute in; null: the best there is.</summary>
    public static Setting<Precision?> Precision { get; } = new("precision", "What convolutions and linear layers compute in; auto: bf16 where the hardware has it, fp16 on older GPUs, else fp32",
        ValueKinds.Or("auto", ValueKinds.Choice(("fp32", Runtime.Precision.Fp32), ("bf16", Runtime.Precision.Bf16), ("fp16", Runtime.Precision.Fp16))), null)
    {
        Group = SettingGroup.Machine,
        // The device may change, and with it what can be computed: then, and only then, another precision may be asked for.
        OnResumeOf = (before, asked) => before.Get(Precision!) is { } had && !PrecisionChoice.Suits(had, ComputeDevice.Select(asked.Get(Device))) ? OnResume.MayChange : OnResume.Fixed,
    };

    /// <summary>Threads that read photos; null: as many as pay.</summary>
    public static Setting<int?> Workers { get; } = new("workers", "Threads that read photos; 0 reads them between steps", ValueKinds.Or("auto", ValueKinds.Whole(0, LoaderOptions.MaxWorkers, beyond: "each is a thread, and more threads than the machine has cores gain nothing")), null)
    { Group = SettingGroup.Machine, OnResume = OnResume.Ignored };

    /// <summary>Goes on where this machine was found to compute the network wrongly, which else is refused; asked again of a run that goes on.</summary>
    public static Setting<bool> UnsafeNumerics { get; } = new("unsafe_numerics", "Go on where this machine was found to compute the network wrongly", ValueKinds.Flag, false)
    { Group = SettingGroup.Machine, OnResume = OnResume.Ignored };

    /// <summary>The value of <see cref="Resume"/> for the newest whole checkpoint in the output folder.</summary>
    public const string Newest = "auto";

    /// <summary>A checkpoint to go on from, <c>auto</c> for the newest whole one in the output folder (a fresh start where there is none), or null for a fresh start.</summary>
    public static Setting<string?> Resume { get; } = new("resume", "Go on from a checkpoint, or 'auto': the newest whole one in the output folder, a fresh start where there is none",
        ValueKinds.OrNull("none", ValueKinds.Text("a checkpoint or auto", "CHECKPOINT|auto")), null)
    { Group = SettingGroup.Results, Unit = "CHECKPOINT|auto", IsRecorded = false };

    /// <summary>The folder for everything the run leaves.</summary>
    public static Setting<string> Output { get; } = new("output", "Folder for checkpoints, curves and tables", ValueKinds.Text("a folder", "FOLDER"), "checkpoints")
    { Group = SettingGroup.Results, OnResume = OnResume.Ignored };

    /// <summary>Replaces the run in the output folder.</summary>
    public static Setting<bool> Overwrite { get; } = new("overwrite", "Replace the run in the output folder", ValueKinds.Flag, false) { Group = SettingGroup.Results, IsRecorded = false };

    /// <summary>Whether history.csv and confusion_matrix.csv begin with a byte order mark.</summary>
    public static Setting<bool> CsvBom { get; } = new("csv_bom", "Begin .csv files with a byte order mark: Excel shows names that are not English only then", ValueKinds.Flag, false)
    { Group = SettingGroup.Results, IsRecorded = false };

    /// <summary>The photos that a recipe leaves out; null: none.</summary>
    /// <exception cref="DataException">The list cannot be read.</exception>
    public static ExcludeList? Excluded(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.Get(Exclude) is { } list ? ExcludeList.Read(list) : null;
    }

    /// <summary>The side of a network's input in pixels.</summary>
    internal static ValueKind<int> Side { get; } = ValueKinds.Whole(1, Preprocessing.LargestSide, beyond: "a photo of more takes above 2 GiB; 224 is usual");

    /// <summary>The network by its name.</summary>
    internal static ValueKind<ModelVariant> NetworkKind { get; } = ValueKinds.Choice([.. ModelCatalogue.All.Select(row => (row.Name, row))]);

    /// <summary>Rules of every verb.</summary>
    internal static IReadOnlyList<RecipeRule> Rules { get; } =
    [
        new(recipe => recipe.Get(Resume) == Newest && recipe.Get(Overwrite) ? [$"{Resume} and {Overwrite} exclude each other: one continues the run in the folder, the other deletes it"] : [], NeedsWhole: false),
        new(LoggerCatalogue.Faults, NeedsWhole: false),
    ];

    /// <summary>A source of weights that is a word in the wrong case, as a sentence; null otherwise.</summary>
    internal static string? WordFault(Setting<string?> setting, string? source) =>
        source is not null && Array.Find([LoadedWeights.ImageNet, LoadedWeights.None], word => word != source && word.Equals(source, StringComparison.OrdinalIgnoreCase)) is { } word && !File.Exists(source)
            ? $"{setting} is '{source}': did you mean {word}? (a file of this name is ./{source})" : null;

    /// <summary>An address that nothing is downloaded from, as a sentence.</summary>
    internal static IEnumerable<string> AddressFaults(Recipe recipe, string? source) =>
        source != LoadedWeights.ImageNet && recipe.Get(WeightsUrl) is not null ? [$"{WeightsUrl} is for `pretrained` imagenet"] : [];

    private static string? DeviceFault(string word)
    {
        if (word is "auto" or "cpu" or "cuda" or "mps" || (word.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(word.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out _))) return null;
        var meant = word == "gpu" ? "cuda" : Spelling.Nearest(word, ["auto", "cpu", "cuda", "mps"]);
        return $"does not know '{word}'{(meant is null ? ", expected auto, cpu, cuda, cuda:N or mps" : $": did you mean {meant}?")}";
    }
}
