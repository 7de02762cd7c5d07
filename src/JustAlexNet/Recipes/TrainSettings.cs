using JustAlexNet.Data;
using JustAlexNet.Loggers;
using JustAlexNet.Models;
using JustAlexNet.Settings;
using JustAlexNet.Training;
using static JustAlexNet.Recipes.CommonSettings;
using static JustAlexNet.Recipes.FitSettings;

namespace JustAlexNet.Recipes;

/// <summary>What a run of <c>train</c> can be told.</summary>
public static class TrainSettings
{
    /// <summary>The network.</summary>
    public static Setting<ModelVariant> Model { get; } = new("model", "Network", NetworkKind, ModelCatalogue.Find("alexnet")!) { Group = SettingGroup.Network };

    /// <summary>Weights to begin with: null (default), <c>imagenet</c> or the path of a file. All of them are taken, but for the head where the classes are others.</summary>
    public static Setting<string?> Pretrained { get; } = new("pretrained", "Weights to begin with: imagenet (torchvision's; downloaded once) or a file; the head begins anew where the classes are others",
        ValueKinds.OrNull("none", ValueKinds.Text("none, imagenet or a file", "imagenet|FILE"), isOpen: false), null)
    { Group = SettingGroup.Network, OnResume = OnResume.Kept };

    /// <summary>Side of the network's square input: one, or several in turn; the last is that of validation, of the checkpoint and of everything that uses it.</summary>
    public static Setting<ImageSizes> ImageSize { get; } = new("image_size", "Side of the network's square input in pixels, or sizes with the epochs they begin with, such as 128@1,176@5; the last is what validation and prediction take",
        new ImageSizesKind(Side), 224)
    { Group = SettingGroup.Network, Unit = "PIXELS" };

    /// <summary>Whether photos are turned upright.</summary>
    public static Setting<bool> HonoursExif { get; } = new("exif", "Turn photos upright as their EXIF tag says, or ignore it (as torchvision does)", ValueKinds.Choice(("apply", true), ("ignore", false)), true) { Group = SettingGroup.Photos };

    /// <summary>Saves memory at the cost of time.</summary>
    public static Setting<bool> MemoryEfficient { get; } = new("memory_efficient", "DenseNets: recompute in the backward pass what would be kept; less memory, more time", ValueKinds.Flag, false)
    { Group = SettingGroup.Machine, OnResume = OnResume.MayChange };

    /// <summary>Leaves out an incomplete last batch.</summary>
    public static Setting<bool> DropLast { get; } = new("drop_last", "Leave out an incomplete last batch", ValueKinds.Flag, false) { Group = SettingGroup.Photos };

    /// <summary>Keeps classes without photos.</summary>
    public static Setting<bool> AllowEmptyClasses { get; } = new("allow_empty_classes", "Keep classes without photos instead of refusing them", ValueKinds.Flag, false)
    { Group = SettingGroup.Photos, OnResume = OnResume.MayChange };

    /// <summary>All of them, in the order of help and records, with their rules.</summary>
    public static RecipeSchema Schema { get; } = new("train",
    [
        DataFolder, Model, Pretrained, WeightsUrl, ImageSize,
        Epochs, BatchSize, .. StepSettings.Settings, EarlyStopPatience, EarlyStopMinDelta, Seed,
        .. AugmentationSettings.All, HonoursExif, PhotoSettings.Scaled, PhotoSettings.Side, ValSplit, Exclude, DropLast, AllowEmptyClasses, SkipsBadImages, BadImagesLimit,
        Device, Precision, MemoryEfficient, Workers, PhotoSettings.Keeping, UnsafeNumerics,
        Resume, CheckpointEvery, Output, Overwrite, CsvBom, LoggerCatalogue.Log,
    ])
    {
        Rules =
        [
            .. CommonSettings.Rules, .. FitSettings.Rules, new(AugmentationSettings.Faults),
            new(recipe => PhotoSettings.Faults(recipe, ImageSize, recipe.Get(ImageSize).Stages.Max(stage => stage.Side))),
            new(recipe => recipe.Get(MemoryEfficient) && recipe.Get(Model).Family != "DenseNet" ? [$"{MemoryEfficient} is for DenseNets, {recipe.Get(Model).Name} has nothing to recompute"] : []),
            new(recipe => recipe.Get(ImageSize).Stages.Where(stage => stage.Side >= 1 && stage.Side < recipe.Get(Model).SmallestSide).Select(stage => $"{ImageSize} is {stage.Side}, {recipe.Get(Model).Name} needs {recipe.Get(Model).SmallestSide} or more")),
            new(recipe => recipe.Get(ImageSize).Stages[^1] is var (side, from) && from > Math.Max(1, recipe.Get(Epochs)) ? [$"{ImageSize} {recipe.Get(ImageSize)} comes to {side} in epoch {from} only, the run has {recipe.Get(Epochs)}: validation and prediction would see a size that was never learned"] : []),
            new(recipe => WordFault(Pretrained, recipe.Get(Pretrained)) is { } fault ? [fault] : [], NeedsWhole: false),
            new(recipe => AddressFaults(recipe, recipe.Get(Pretrained)), NeedsWhole: false),
        ],
    };
}
