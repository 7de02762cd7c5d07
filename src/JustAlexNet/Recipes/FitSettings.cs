using JustAlexNet.Imaging;
using JustAlexNet.Runtime;
using JustAlexNet.Settings;
using JustAlexNet.Training;

namespace JustAlexNet.Recipes;

/// <summary>How a network learns: what `train` and the fine-tuning of `transfer` share.</summary>
public static class FitSettings
{
    /// <summary>How much better counts as better.</summary>
    public static Setting<double> EarlyStopMinDelta { get; } = new("early_stop_min_delta", "How much better (a fraction) counts as better", ValueKinds.Real("0 to below 1 (a fraction)", x => x is >= 0 and < 1), 0)
    { Unit = "SHARE", OnResume = OnResume.MayChange };

    /// <summary>How often the state is saved while a network learns.</summary>
    public static Setting<CheckpointInterval> CheckpointEvery { get; } = new("checkpoint_every", "How often the state is saved, for `resume`: every so much time (s, m, h), steps, epochs, or several of these with commas; the best epoch and the end always are",
        new CheckpointIntervalKind(), CheckpointInterval.Standard)
    { Group = SettingGroup.Results, OnResume = OnResume.MayChange };

    /// <summary>What must hold between them.</summary>
    internal static IReadOnlyList<RecipeRule> Rules { get; } =
    [
        new(recipe => recipe.Get(Schedules.WarmupEpochs) >= Math.Max(1, recipe.Get(CommonSettings.Epochs)) && recipe.Get(CommonSettings.Epochs) >= 1
            ? [$"{Schedules.WarmupEpochs} is {recipe.Get(Schedules.WarmupEpochs)}, expected less than the {Counted.Of(recipe.Get(CommonSettings.Epochs), "epoch")} of the run"] : []),
        new(Schedules.Faults),
    ];

    /// <summary>The options of the loop that a recipe comes to, but for the step.</summary>
    internal static TrainingOptions Loop(Recipe recipe) => new()
    {
        Epochs = recipe.Get(CommonSettings.Epochs),
        Precision = PrecisionChoice.NameOf(recipe.Get(CommonSettings.Precision)),
        EarlyStopPatience = recipe.Get(CommonSettings.EarlyStopPatience),
        EarlyStopMinimumDelta = recipe.Get(EarlyStopMinDelta),
        Seed = recipe.Get(CommonSettings.Seed),
    };
}
