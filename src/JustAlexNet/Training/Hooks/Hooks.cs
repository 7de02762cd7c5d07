using JustAlexNet.Settings;

namespace JustAlexNet.Training;

/// <summary>A hook that can be chosen.</summary>
/// <param name="Settings">Its own.</param>
/// <param name="Of">Its options in a recipe; null where that does not choose it.</param>
internal sealed record HookRow(IReadOnlyList<Setting> Settings, Func<Recipe, HookOptions?> Of);

/// <summary>The hooks: a row each, in the order in which they hang in the step.</summary>
public static class Hooks
{
    /// <summary>Everything that can be chosen about hooks, in the order in which it is listed.</summary>
    public static IReadOnlyList<Setting> Settings => [.. Rows.SelectMany(row => row.Settings)];

    /// <summary>What a recipe chooses.</summary>
    /// <param name="recipe">With all of <see cref="Settings"/>.</param>
    public static IReadOnlyList<HookOptions> Of(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return [.. Rows.Select(row => row.Of(recipe)).OfType<HookOptions>()];
    }

    private static IReadOnlyList<HookRow> Rows => [MixingOptions.Row, WeightAverageOptions.Row, FrozenNormalisationOptions.Row];
}
