using JustAlexNet.Data;
using JustAlexNet.Inference;
using JustAlexNet.Loggers;
using JustAlexNet.Models;
using JustAlexNet.Settings;
using JustAlexNet.Training;
using JustAlexNet.Transfer;
using static JustAlexNet.Recipes.CommonSettings;
using static JustAlexNet.Recipes.FitSettings;

namespace JustAlexNet.Recipes;

/// <summary>What a run of <c>transfer</c> can be told.</summary>
public static class TransferSettings
{
    private const string OnnxPrefix = "onnx:";

    private static readonly Condition WhenTuned = new(IsTuned, "for `mode` finetune");
    private static readonly Condition WhenByGradient = new(recipe => IsTuned(recipe) || recipe.Get(Head!) == HeadKind.Linear, "for a logistic head has no epochs and no learning rate (`head` linear has)");

    /// <summary>What learns.</summary>
    public static Setting<TransferMode> Mode { get; } = new("mode", "head: the network stays as it is, its features are computed once; finetune: the head first, then the network with it",
        ValueKinds.Choice(("head", TransferMode.Head), ("finetune", TransferMode.FineTune)), TransferMode.Head);

    /// <summary>Weights to start from: <c>imagenet</c>, a checkpoint of ours or PyTorch weights; null only with <see cref="Backbone"/>, or when resuming.</summary>
    public static Setting<string?> Pretrained { get; } = TrainSettings.Pretrained.With(null, "Weights to start from: imagenet (torchvision's; downloaded once), a checkpoint of justalexnet, or PyTorch weights");

    /// <summary>A network in an .onnx file that gives the features, as <c>onnx:FILE</c>.</summary>
    public static Setting<string?> Backbone { get; } = new("backbone", "Instead of `pretrained`: a network in an .onnx file, onnx:FILE, with one picture input and one output of features",
        ValueKinds.OrNull("none", ValueKinds.Text("onnx:FILE", "onnx:FILE", text => text.StartsWith(OnnxPrefix, StringComparison.Ordinal) && text.Length > OnnxPrefix.Length ? null : $"is '{text}', expected onnx:FILE"), isOpen: false), null)
    { Group = SettingGroup.Network, Unit = "onnx:FILE" };

    /// <summary>The network; null: the checkpoint's, else resnet18.</summary>
    public static Setting<ModelVariant?> Model { get; } = new("model", "Network; auto: the checkpoint's, else resnet18", ValueKinds.OrNull("auto", NetworkKind), null) { Group = SettingGroup.Network };

    /// <summary>How the head learns.</summary>
    public static Setting<HeadKind> Head { get; } = new("head", "logistic: to the optimum, nothing to tune; linear: epochs and learning rate, as usual in PyTorch",
        ValueKinds.Choice(("logistic", HeadKind.Logistic), ("linear", HeadKind.Linear)), HeadKind.Logistic);

    /// <summary>How often a photo is seen; null: as suits the head.</summary>
    public static Setting<Sampling?> Sampler { get; } = new("sampler", "weighted: every class counts the same; uniform: every photo does; auto: weighted for linear, uniform for logistic",
        ValueKinds.Or("auto", ValueKinds.Choice(("weighted", Sampling.Weighted), ("uniform", Sampling.Uniform))), null);

    /// <summary>The optimiser of a linear head.</summary>
    public static Setting<HeadOptimiserKind> HeadOptimiser { get; } = new("optimizer", "For `head` linear", ValueKinds.Choice(("adam", HeadOptimiserKind.Adam), ("sgd", HeadOptimiserKind.Sgd)), HeadOptimiserKind.Adam)
    { When = new(recipe => recipe.Get(Head) == HeadKind.Linear, WhenByGradient.Reason) };

    /// <summary>Fixed views of each training photo that the head learns from.</summary>
    public static Setting<int> Views { get; } = new("views", "Views of each training photo that the head learns from, 1 to 12: whole, mirrored, parts of it", ValueKinds.Whole(1, FeatureView.MaxCount), 1);

    /// <summary>The learning rate of the head, and of fine-tuning; null: 0.001 and 0.01.</summary>
    public static Setting<double?> Rate { get; } = new("lr", "Learning rate of the head, for the same; auto: 0.001 for `head` linear, 0.01 when fine-tuning",
        ValueKinds.Or("auto", ValueKinds.Real("a number above 0", x => x > 0)), null)
    { Unit = "RATE|auto", When = WhenByGradient };

    /// <summary>The learning rate of everything but the head when fine-tuning; null: a tenth.</summary>
    public static Setting<double?> BackboneRate { get; } = new("lr_backbone", "When fine-tuning: learning rate of everything but the head; auto: a tenth of `lr`",
        ValueKinds.Or("auto", ValueKinds.Real("a number above 0", x => x > 0)), null)
    { Unit = "RATE|auto", When = WhenTuned };

    /// <summary>The first stage that learns when fine-tuning; null: all learn.</summary>
    public static Setting<string?> Unfreeze { get; } = new("unfreeze", "When fine-tuning: the first stage that learns, such as layer4; without it all learn",
        ValueKinds.OrNull("all", ValueKinds.Text("a stage of the network", "STAGE"), isOpen: false), null)
    { Unit = "STAGE", When = WhenTuned };

    /// <summary>Whether batch normalisation keeps the pretrained running statistics when fine-tuning.</summary>
    public static Setting<bool> FrozenNormalisation { get; } = new("batch_norm", "When fine-tuning: keep the pretrained running statistics, or those of each batch", ValueKinds.Choice(("frozen", true), ("train", false)), true)
    { When = WhenTuned };

    /// <summary>Whether photos are squashed to the square; null: as the weights say, else not.</summary>
    public static Setting<bool?> Squashes { get; } = new("preprocessing", "imagenet: shorter side, centre crop; auto: as the weights say, else imagenet", ValueKinds.Or("auto", ValueKinds.Choice(("imagenet", false), ("squash", true))), null)
    { Group = SettingGroup.Network };

    /// <summary>Side of the network's square input; null: as the weights say, else 224.</summary>
    public static Setting<int?> ImageSize { get; } = new("image_size", "Side of the network's square input in pixels; auto: as the weights say, else 224", ValueKinds.Or("auto", Side), null)
    { Group = SettingGroup.Network, Unit = "PIXELS|auto" };

    /// <summary>Parts of a cross-validation; null: photos are held out instead.</summary>
    public static Setting<int?> Folds { get; } = new("folds", "Hold nothing out: measure by cross-validation in so many parts, then learn from all photos", ValueKinds.Or("none", ValueKinds.Whole(2), isOpen: false), null)
    { Group = SettingGroup.Photos };

    /// <summary>Where features are kept between runs; null: in the user's cache folder.</summary>
    public static Setting<string?> Cache { get; } = new("cache", "Folder in which features are kept between runs; without it justalexnet/features in the user's cache folder",
        ValueKinds.OrNull("auto", ValueKinds.Text("a folder", "FOLDER")), null)
    { Group = SettingGroup.Machine, Unit = "FOLDER", OnResume = OnResume.Ignored };

    /// <summary>Keeps no features.</summary>
    public static Setting<bool> NoCache { get; } = new("no_cache", "Keep no features", ValueKinds.Flag, false) { Group = SettingGroup.Machine, OnResume = OnResume.Ignored };

    /// <summary>All of them, in the order of help and records, with their rules.</summary>
    public static RecipeSchema Schema { get; } = new("transfer",
    [
        DataFolder, Pretrained, WeightsUrl, Backbone, Model, Squashes, ImageSize,
        Mode, Head, Sampler, HeadOptimiser, Views,
        Gradient(Epochs.With(25, "Passes over the training photos, for `head` linear and `mode` finetune")), Gradient(BatchSize.With(8, "Photos a step, for the same")), Rate, BackboneRate, Unfreeze, FrozenNormalisation,
        Tuned(SgdOptions.MomentumSetting), Tuned(Optimisers.WeightDecay.With(1e-4)), .. Schedules.Settings.Where(setting => setting.Name != Rate.Name).Select(setting => setting == Schedules.Schedule ? Tuned(Schedules.Schedule.With("cosine")) : setting.Under(WhenTuned)), Gradient(EarlyStopPatience.With(5)), Tuned(EarlyStopMinDelta), Seed.With(0, "Decides split, folds, first weights, order and augmentation"),
        Tuned(AugmentationSettings.AugmentOrAuto.With(null, $"When fine-tuning; auto: standard with imagenet preprocessing, basic with squash. {AugmentationSettings.Augment.Help}")), .. AugmentationSettings.Details.Select(setting => setting.Under(WhenTuned)),
        Tuned(PhotoSettings.Scaled), Tuned(PhotoSettings.Side), ValSplit, Exclude, Folds, SkipsBadImages, BadImagesLimit,
        Device, Precision.With(null, "What convolutions and linear layers compute in; auto: bf16 where the hardware has it, when fine-tuning fp16 on older GPUs, else fp32"), Workers.With(4), Tuned(PhotoSettings.Keeping), Cache, NoCache, UnsafeNumerics,
        Resume.With(null, "Go on with fine-tuning from a checkpoint, or 'auto': the newest whole one in the output folder, a fresh start where there is none; a head begins again, with the features that are kept"), Tuned(CheckpointEvery), Output.With("artifacts", "Folder for models, curves and tables"), Overwrite, CsvBom, LoggerCatalogue.Log,
    ])
    {
        Rules =
        [
            .. CommonSettings.Rules, new(AugmentationSettings.Faults), new(recipe => IsTuned(recipe) ? PhotoSettings.Faults(recipe, ImageSize, recipe.Get(ImageSize)) : []),
            new(recipe => IsTuned(recipe) ? FitSettings.Rules.SelectMany(rule => rule.Faults(Resolved(recipe))) : []),
            new(recipe => recipe.Get(Pretrained) is null && recipe.Get(Backbone) is null && recipe.Get(Resume) is null ? [$"{Pretrained} is missing: imagenet, a checkpoint of justalexnet, or weights of PyTorch"] : [], NeedsWhole: false),
            new(recipe => recipe.Get(Backbone) is not null && (recipe.Get(Pretrained) is not null || recipe.Get(Model) is not null) ? [$"{Backbone} is a network of its own: leave out {Pretrained} and {Model}"] : [], NeedsWhole: false),
            new(recipe => IsTuned(recipe) && recipe.Get(Backbone) is not null ? [$"{Backbone} is for {Mode} head: the network of an .onnx file does not learn"] : [], NeedsWhole: false),
            new(recipe => recipe.Get(Backbone) is not null && recipe.Get(Precision) is not (null or Runtime.Precision.Fp32) ? [$"{Precision} is for {Pretrained}: the network of an .onnx file is computed in fp32"] : [], NeedsWhole: false),
            new(recipe => IsTuned(recipe) && recipe.Get(Folds) is not null ? [$"{Folds} is for {Mode} head: fine-tuning once a fold would take hours"] : [], NeedsWhole: false),
            new(recipe => !IsTuned(recipe) && recipe.Get(Resume) is not null && (recipe.Get(Resume) != Newest || recipe.Get(Backbone) is not null)
                ? [recipe.Get(Backbone) is not null ? $"{Resume} is not for {Backbone}: its head leaves no checkpoint" : $"{Resume} with a checkpoint is for {Mode} finetune: a head learns again within seconds, its features come from the cache ({Resume} auto does so, unless it is done)"] : [], NeedsWhole: false),
            new(recipe => recipe.Get(NoCache) && recipe.Get(Cache) is not null ? [$"{Cache} and {NoCache} exclude each other"] : [], NeedsWhole: false),
            new(recipe => WordFault(Pretrained, recipe.Get(Pretrained)) is { } fault ? [fault] : [], NeedsWhole: false),
            new(recipe => AddressFaults(recipe, recipe.Get(Pretrained)), NeedsWhole: false),
        ],
    };

    /// <summary>Whether the network learns after the head.</summary>
    internal static bool IsTuned(Recipe recipe) => recipe.Get(Mode) == TransferMode.FineTune;

    /// <summary>The .onnx file of <see cref="Backbone"/>; null where weights are taken instead.</summary>
    internal static string? BackboneFile(Recipe recipe) => recipe.Get(Backbone)?[OnnxPrefix.Length..];

    /// <summary>How the head learns by a recipe; before fine-tuning it has the defaults of its own.</summary>
    internal static HeadOptions HeadOf(Recipe recipe)
    {
        var kind = recipe.Get(Head);
        var head = new HeadOptions
        {
            Kind = kind,
            Sampler = recipe.Get(Sampler) ?? (kind == HeadKind.Linear ? Sampling.Weighted : Sampling.Uniform),
            Optimiser = recipe.Get(HeadOptimiser),
        };
        return IsTuned(recipe) ? head : head with
        {
            Epochs = recipe.Get(Epochs), BatchSize = recipe.Get(BatchSize), LearningRate = recipe.Get(Rate) ?? HeadOptions.StandardRate, EarlyStopPatience = recipe.Get(EarlyStopPatience),
        };
    }

    /// <summary>What was left open and does not depend on the weights, decided.</summary>
    internal static Recipe Resolved(Recipe recipe)
    {
        var rate = recipe.Get(Rate) ?? (IsTuned(recipe) ? FineTuning.StandardRate : HeadOptions.StandardRate);
        return recipe.Resolve(Rate, rate).Resolve(BackboneRate, recipe.Get(BackboneRate) ?? rate * FineTuning.StandardRateFactor)
            .Resolve(Sampler, HeadOf(recipe).Sampler).Resolve(Cache, CacheOf(recipe));
    }

    /// <summary>The folder in which features are kept; null: nowhere.</summary>
    internal static string? CacheOf(Recipe recipe) => recipe.Get(NoCache) ? null : recipe.Get(Cache) ?? FeatureCache.StandardFolder;

    private static Setting<T> Tuned<T>(Setting<T> setting) => setting.For(WhenTuned);

    private static Setting<T> Gradient<T>(Setting<T> setting) => setting.For(WhenByGradient);
}
