using JustAlexNet.Settings;

namespace JustAlexNet.Data;

/// <summary>Every augmentation there is, by the name that a recipe has for it. A new one is its file and its row here.</summary>
public static class AugmentationCatalogue
{
    internal const string Basic = "basic", Standard = "standard";

    internal static IReadOnlyList<AugmentationRow> Rows { get; } =
    [
        new(Basic, "the whole photo squashed to the square, half of them mirrored", [HorizontalFlip.ProbabilitySetting], (recipe, so) => so with { Crop = null, Flip = HorizontalFlip.Of(recipe) }) { Decides = Outline.Box | Outline.Flip },
        new(Standard, "a random part of the photo, half of them mirrored", [RandomResizedCrop.ScaleMin, HorizontalFlip.ProbabilitySetting], (recipe, so) => so with { Crop = RandomResizedCrop.Of(recipe), Flip = HorizontalFlip.Of(recipe) }) { Decides = Outline.Box | Outline.Flip },
        RandomResizedCrop.Row, HorizontalFlip.Row,
        RandAugment.Row, TrivialAugment.Row, AutoAugment.Row,
        ColourJitter.Row, RandomGrey.Row, RandomBlur.Row, RandomRotation.Row, RandomErasing.Row,
    ];

    /// <summary>The augmentation that a recipe names.</summary>
    /// <param name="recipe">Of a schema that has <see cref="AugmentationSettings.All"/>.</param>
    /// <exception cref="SettingException">The list leaves the choice open, has unknown names, or names that contradict each other.</exception>
    public static Augmentation Of(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return Of(recipe.Get(AugmentationSettings.Augment) ?? throw new SettingException($"{AugmentationSettings.Augment} was left open, expected a list of augmentations"), recipe);
    }

    /// <summary>The augmentation of these names, with the recipe's values for all that they can be told.</summary>
    /// <param name="names">In their order; empty: nothing is varied.</param>
    /// <param name="recipe">Of a schema that has <see cref="AugmentationSettings.All"/>.</param>
    /// <exception cref="SettingException">A name is unknown, or some contradict each other.</exception>
    public static Augmentation Of(IReadOnlyList<string> names, Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(recipe);
        var faults = Faults(names).ToList();
        if (faults.Count > 0) throw new SettingException(string.Join('\n', faults));
        return names.Aggregate(Augmentation.None, (so, name) => Find(name)!.AddTo(recipe, so));
    }

    internal static IEnumerable<string> Faults(IReadOnlyList<string> names)
    {
        foreach (var name in names.Where(name => Find(name) is null)) yield return $"{AugmentationSettings.Augment} does not know '{name}', expected {string.Join(", ", Rows.Select(row => row.Name))}";
        foreach (var (part, what) in new[] { (Outline.Box, "which part of a photo is taken"), (Outline.Flip, "whether it is mirrored") })
            if (names.Where(name => Find(name)?.Decides.HasFlag(part) == true).ToList() is { Count: > 1 } several && (part == Outline.Box || !several.All(name => Find(name)!.Decides.HasFlag(Outline.Box))))
                yield return $"{AugmentationSettings.Augment} has {string.Join(" and ", several)}, which each decide {what}: keep one of them";
    }

    private static AugmentationRow? Find(string name) => Rows.FirstOrDefault(row => row.Name == name);
}

/// <summary>An augmentation as recipes know it.</summary>
/// <param name="Name">In lower case.</param>
/// <param name="Help">What it does, without a full stop.</param>
/// <param name="Settings">What it can be told.</param>
/// <param name="AddTo">Adds it, with the values of a recipe, to what is done already.</param>
internal sealed record AugmentationRow(string Name, string Help, IReadOnlyList<Setting> Settings, Func<Recipe, Augmentation, Augmentation> AddTo)
{
    /// <summary>What only one in a list may decide.</summary>
    public Outline Decides { get; init; }

    /// <summary>A row of an augmentation of pixels, which goes behind those that are there.</summary>
    public static AugmentationRow OfPixels(string name, string help, IReadOnlyList<Setting> settings, Func<Recipe, PixelAugmentation> make) =>
        new(name, help, settings, (recipe, so) => so with { Pixels = [.. so.Pixels, make(recipe)] });
}

/// <summary>What becomes of a picture's outline.</summary>
[Flags]
internal enum Outline
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Which part of it is taken.</summary>
    Box = 1,

    /// <summary>Whether it is mirrored.</summary>
    Flip = 2,
}
