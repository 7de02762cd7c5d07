using JustAlexNet.Imaging;
using JustAlexNet.Settings;

namespace JustAlexNet.Data;

/// <summary>How training photos are read before they are varied. Validation, evaluation, prediction and the features of transfer learning always read every pixel.</summary>
/// <remarks>Immutable, thread-safe; two are equal when all values are.</remarks>
public sealed record PhotoReading
{
    /// <summary>Every pixel of every photo, as evaluation reads them.</summary>
    public static PhotoReading Exact { get; } = new() { Scaled = false };

    /// <summary>
    /// Whether a JPEG of which at least twice the pixels wanted remain, in both directions, is decoded at 1/2, 1/4 or 1/8 of its sides, as its transform allows, and resized from there. Default true: a photo
    /// of 12 megapixels then takes a fraction of the time, and the pixels differ from those of the whole by a level or two on average. What is wanted is the square, of a random crop the square from the part drawn.
    /// The other kinds of file are always read whole.
    /// </summary>
    /// <remarks>Pillow's <c>Image.draft</c> with <c>reducing_gap=2.0</c> does the same; torchvision does not.</remarks>
    public bool Scaled { get; init; } = true;

    /// <summary>
    /// The shorter side in pixels, 1 or more, that a photo is made smaller to before it is varied, where it is longer; the longer side in proportion, cut down to a whole number, antialiased bilinear. Random parts
    /// are then drawn of that. Default null: photos stay as large as they are.
    /// </summary>
    public int? Side { get; init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected 1 or more, or null."); }

    /// <summary>Where they are kept once they are decoded; it has no part in what they look like. Stays the caller's. Default null: nowhere, every epoch decodes them.</summary>
    public PhotoCache? Cache { get; init; }
}

/// <summary>Where decoded training photos are kept.</summary>
public enum PhotoKeeping
{
    /// <summary>In memory where all of them fit in half of what is free, else nowhere.</summary>
    Auto,

    /// <summary>Nowhere: every epoch decodes them.</summary>
    Off,

    /// <summary>In memory, up to half of what is free.</summary>
    Memory,

    /// <summary>In the user's cache folder.</summary>
    Disk,
}

/// <summary>The settings of how training photos are read.</summary>
public static class PhotoSettings
{
    /// <summary>See <see cref="PhotoReading.Scaled"/>. Runs of before it was a setting read every pixel.</summary>
    public static Setting<bool> Scaled { get; } = new("decode", "Training photos much larger than needed: decode JPEG at 1/2, 1/4 or 1/8 of its sides where twice the pixels wanted remain, or exact: every pixel",
        ValueKinds.Choice(("scaled", true), ("exact", false)), true)
    { Group = SettingGroup.Photos, Earlier = false };

    /// <summary>See <see cref="PhotoReading.Side"/>.</summary>
    public static Setting<int?> Side { get; } = new("decode_side", "Make larger training photos smaller first, to a shorter side of so many pixels, and draw parts of that",
        ValueKinds.Or("none", ValueKinds.Whole(1, Preprocessing.LargestSide), isOpen: false), null)
    { Group = SettingGroup.Photos, Unit = "PIXELS" };

    /// <summary>See <see cref="PhotoCache"/>.</summary>
    public static Setting<PhotoKeeping> Keeping { get; } = new("photo_cache", "Keep training photos decoded, so that later epochs need not: ram (up to half the free memory), disk (the user's cache folder), off; auto: ram where all fit",
        ValueKinds.Choice(("auto", PhotoKeeping.Auto), ("off", PhotoKeeping.Off), ("ram", PhotoKeeping.Memory), ("disk", PhotoKeeping.Disk)), PhotoKeeping.Auto)
    { Group = SettingGroup.Machine, OnResume = OnResume.Ignored };

    /// <summary>What a recipe comes to, without a cache.</summary>
    /// <param name="recipe">Of a schema that has them.</param>
    public static PhotoReading Of(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return new() { Scaled = recipe.Get(Scaled), Side = recipe.Get(Side) };
    }

    /// <summary>What must hold between them and the side of the network's input.</summary>
    /// <returns>Sentences about what does not.</returns>
    internal static IEnumerable<string> Faults(Recipe recipe, Setting imageSize, int? largest) =>
        recipe.Get(Side) is { } side && side < largest ? [$"{Side} is {side}, expected {largest} or more: {imageSize} is {recipe.TextOf(imageSize)}, and smaller photos would only be made larger again"] : [];
}
