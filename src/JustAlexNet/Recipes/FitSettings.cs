using JustAlexNet.Runtime;
using JustAlexNet.Settings;
using JustAlexNet.Training;

namespace JustAlexNet.Recipes;

/// <summary>How a network learns: what `train` and the fine-tuning of `transfer` share.</summary>
public static class FitSettings
{
    /// <summary>The learning rate.</summary>
    public static Setting<double> LearningRate { get; } = new("lr", "Learning rate", ValueKinds.Real("a number above 0", x => x > 0), 0.01) { Unit = "RATE" };

    /// <summary>Share of the velocity that stays.</summary>
    public static Setting<double> Momentum { get; } = new("momentum", "Nesterov momentum", ValueKinds.Real("0 to below 1", x => x is >= 0 and < 1), 0.9) { Unit = "SHARE" };

    /// <summary>The L2 penalty.</summary>
    public static Setting<double> WeightDecay { get; } = new("weight_decay", "L2 penalty", ValueKinds.Real("0 or more", x => x >= 0), 5e-4) { Unit = "FACTOR" };

    /// <summary>The learning rate by epoch.</summary>
    public static Setting<string> Schedule { get; } = new("schedule", "Learning rate by epoch: as it is, a tenth after each third of the run, or half a cosine to 0",
        ValueKinds.Choice([.. Schedules.Names.Select(name => (name, name))]), "constant");

    /// <summary>Epochs in which the rate rises.</summary>
    public static Setting<int> WarmupEpochs { get; } = new("warmup_epochs", "Epochs in which the rate rises from 1 %", ValueKinds.Whole(), 0) { Unit = "EPOCHS" };

    /// <summary>How much better counts as better.</summary>
    public static Setting<double> EarlyStopMinDelta { get; } = new("early_stop_min_delta", "How much better (a fraction) counts as better", ValueKinds.Real("0 to below 1 (a fraction)", x => x is >= 0 and < 1), 0)
    { Unit = "SHARE", OnResume = OnResume.MayChange };

    /// <summary>Whether batches are cut from a whole epoch only.</summary>
    internal static IReadOnlyList<RecipeRule> Rules { get; } =
    [
        new(recipe => recipe.Get(WarmupEpochs) >= Math.Max(1, recipe.Get(CommonSettings.Epochs)) && recipe.Get(CommonSettings.Epochs) >= 1
            ? [$"{WarmupEpochs} is {recipe.Get(WarmupEpochs)}, expected less than the {recipe.Get(CommonSettings.Epochs)} epochs of the run"] : []),
    ];

    /// <summary>The options of the loop that a recipe comes to.</summary>
    internal static TrainingOptions Of(Recipe recipe) => new()
    {
        Epochs = recipe.Get(CommonSettings.Epochs),
        LearningRate = recipe.Get(LearningRate),
        Momentum = recipe.Get(Momentum),
        WeightDecay = recipe.Get(WeightDecay),
        Schedule = Schedules.Named(recipe.Get(Schedule), recipe.Get(WarmupEpochs)),
        Precision = PrecisionChoice.NameOf(recipe.Get(CommonSettings.Precision)),
        EarlyStopPatience = recipe.Get(CommonSettings.EarlyStopPatience),
        EarlyStopMinimumDelta = recipe.Get(EarlyStopMinDelta),
        Seed = recipe.Get(CommonSettings.Seed),
    };
}
