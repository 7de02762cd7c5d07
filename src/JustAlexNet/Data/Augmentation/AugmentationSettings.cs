using JustAlexNet.Settings;

namespace JustAlexNet.Data;

/// <summary>The settings of how training photos are varied: the list of augmentations, and what each of them can be told.</summary>
public static class AugmentationSettings
{
    internal const string NoneWord = "none";

    private static readonly ValueKind<ValueList<string>> Names = ValueKinds.List(NoneWord, ValueKinds.Choice([.. AugmentationCatalogue.Rows.Select(row => (row.Name, row.Name))]));

    /// <summary>The list. Which part of the photo is taken and whether it is mirrored comes first, wherever it stands; the others follow in their order.</summary>
    public static Setting<ValueList<string>> Augment { get; } = new("augment",
        $"How training photos are varied, a list with commas of: {string.Join(", ", AugmentationCatalogue.Rows.Select(row => row.Name))}", Names, [AugmentationCatalogue.Basic]) { Group = SettingGroup.Photos };

    /// <summary>The same where it may be left open: null (default), basic or standard as the run finds fit.</summary>
    public static Setting<ValueList<string>?> AugmentOrAuto { get; } = new(Augment.Name, Augment.Help, ValueKinds.OrNull("auto", Names), null) { Group = Augment.Group };

    /// <summary>How turned, sheared and moved pictures are read: the nearest pixel, as torchvision does unless told otherwise, or four of them mixed.</summary>
    public static Setting<bool> Bilinear { get; } = new("augment_interpolation", "How pixels of turned, sheared and moved photos are found",
        ValueKinds.Choice(("nearest", false), ("bilinear", true)), false) { Group = SettingGroup.Photos, When = AugmentedBy.Any(RandomRotation.Row.Name, RandAugment.Row.Name, TrivialAugment.Row.Name, AutoAugment.Row.Name) };

    /// <summary>What the augmentations of a list can be told.</summary>
    public static IReadOnlyList<Setting> Details { get; } = [Bilinear, .. AugmentationCatalogue.Rows.SelectMany(row => row.Settings).Distinct()];

    /// <summary>All of them, <see cref="Augment"/> first.</summary>
    public static IReadOnlyList<Setting> All { get; } = [Augment, .. Details];

    /// <summary>What must hold between them; a rule of the schema.</summary>
    /// <returns>Sentences about what does not.</returns>
    public static IEnumerable<string> Faults(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return recipe.Get(Augment) is { } names && recipe.FaultOf(Augment) is null ? AugmentationCatalogue.Faults(names) : [];
    }
}

/// <summary>When a setting of augmentations means something. By itself, so that no augmentation waits for the list of all of them.</summary>
internal static class AugmentedBy
{
    private static readonly ValueList<string> Auto = [AugmentationCatalogue.Basic, AugmentationCatalogue.Standard];

    /// <summary>Where the list names one of these. A list that is left open (null) comes to be basic or standard.</summary>
    public static Condition Any(params string[] names) => new(recipe => !recipe.Has(AugmentationSettings.Augment) || (recipe.Get(AugmentationSettings.Augment) ?? Auto).Any(names.Contains),
        $"for `augment` with {string.Join(" or ", names)}");

    /// <summary>A value that code gives, in the range of its setting.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is outside.</exception>
    public static T Checked<T>(Setting<T> setting, T value) => setting.FaultOf(value) is not { } fault ? value : throw new ArgumentOutOfRangeException(nameof(value), $"{setting} {fault}");
}
