using JustAlexNet.Settings;

namespace JustAlexNet.Training;

/// <summary>A loss that can be chosen.</summary>
/// <param name="Name">In recipes.</param>
/// <param name="Of">Its options, but for what all of them share.</param>
internal sealed record LossRow(string Name, Func<LossOptions> Of);

/// <summary>The losses: a row each.</summary>
public static class Losses
{
    /// <summary>The names, in order.</summary>
    public static IReadOnlyList<string> Names => [.. Rows.Select(row => row.Name)];

    /// <summary>Which one.</summary>
    public static Setting<string> Loss { get; } = new("loss", "What is made small: cross-entropy of a softmax, or a yes or no for every class", ValueKinds.Name(() => Names), "cross_entropy");

    /// <summary>See <see cref="LossOptions.LabelSmoothing"/>.</summary>
    public static Setting<double> LabelSmoothing { get; } = new("label_smoothing", "Share of every target that is spread over all classes", ValueKinds.Real("0 to below 1", value => value is >= 0 and < 1), 0);

    /// <summary>See <see cref="LossOptions.ClassWeights"/>.</summary>
    public static Setting<ClassWeighting> ClassWeights { get; } = new(
        "class_weights", "What classes count in the loss: a picture like another, or a class like another", ValueKinds.Choice(("none", ClassWeighting.None), ("balanced", ClassWeighting.Balanced)), ClassWeighting.None);

    /// <summary>Everything that can be chosen about losses, in the order in which it is listed.</summary>
    public static IReadOnlyList<Setting> Settings => [Loss, LabelSmoothing, ClassWeights];

    /// <summary>What a recipe chooses.</summary>
    /// <param name="recipe">With all of <see cref="Settings"/>.</param>
    public static LossOptions Of(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return Rows.Single(row => row.Name == recipe.Get(Loss)).Of() with { LabelSmoothing = recipe.Get(LabelSmoothing), ClassWeights = recipe.Get(ClassWeights) };
    }

    private static IReadOnlyList<LossRow> Rows => [CrossEntropyOptions.Row, BinaryCrossEntropyOptions.Row];
}
