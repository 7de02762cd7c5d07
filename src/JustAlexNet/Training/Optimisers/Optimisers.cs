using JustAlexNet.Settings;

namespace JustAlexNet.Training;

/// <summary>An optimiser that can be chosen.</summary>
/// <param name="Name">In recipes.</param>
/// <param name="Settings">Its own.</param>
/// <param name="Of">Its options in a recipe, but for what all of them share.</param>
internal sealed record OptimiserRow(string Name, IReadOnlyList<Setting> Settings, Func<Recipe, OptimiserOptions> Of);

/// <summary>The optimisers: a row each.</summary>
public static class Optimisers
{
    /// <summary>The names, in order.</summary>
    public static IReadOnlyList<string> Names => [.. Rows.Select(row => row.Name)];

    /// <summary>Which one.</summary>
    public static Setting<string> Optimizer { get; } = new("optimizer", "What moves the weights: SGD with Nesterov momentum, Adam, or Adam with decoupled weight decay", ValueKinds.Name(() => Names), "sgd");

    /// <summary>See <see cref="OptimiserOptions.WeightDecay"/>.</summary>
    public static Setting<double> WeightDecay { get; } = new("weight_decay", "Weight decay: an L2 penalty, or with adamw a shrinking of the weights", ValueKinds.Real("0 or more", value => value >= 0), new SgdOptions().WeightDecay);

    /// <summary>See <see cref="OptimiserOptions.NoDecayOnNormAndBias"/>.</summary>
    public static Setting<bool> NoDecayNormBias { get; } = new("no_decay_norm_bias", "Leave biases and normalisation out of the weight decay", ValueKinds.Flag, false);

    /// <summary>Everything that can be chosen about optimisers, in the order in which it is listed.</summary>
    public static IReadOnlyList<Setting> Settings => [Optimizer, .. Rows.SelectMany(row => row.Settings).Distinct(), WeightDecay, NoDecayNormBias];

    /// <summary>What a recipe chooses.</summary>
    /// <param name="recipe">With all of <see cref="Settings"/>.</param>
    public static OptimiserOptions Of(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return Rows.Single(row => row.Name == recipe.Get(Optimizer)).Of(recipe) with { WeightDecay = recipe.Get(WeightDecay), NoDecayOnNormAndBias = recipe.Get(NoDecayNormBias) };
    }

    /// <summary>That one of some optimisers is chosen; a recipe that leaves no choice has SGD.</summary>
    internal static Condition Only(params string[] names) => new(recipe => names.Contains(recipe.Has(Optimizer) ? recipe.Get(Optimizer) : "sgd"), $"for `optimizer` {string.Join(" and ", names)}", IsRequired: true);

    private static IReadOnlyList<OptimiserRow> Rows => [SgdOptions.Row, AdamOptions.Row, AdamOptions.DecoupledRow];
}
