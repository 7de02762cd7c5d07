using JustAlexNet.Inference;
using JustAlexNet.Settings;

namespace JustAlexNet.Training;

/// <summary>What can be chosen about the step and everything that plugs into it.</summary>
public static class StepSettings
{
    /// <summary>See <see cref="TrainingOptions.Accumulate"/>.</summary>
    public static Setting<int> Accumulate { get; } = new("accumulate", "Batches whose gradients are added up before the weights move", ValueKinds.Whole(1), new TrainingOptions().Accumulate) { Unit = "BATCHES" };

    /// <summary>See <see cref="TrainingOptions.ClipGradientNorm"/>.</summary>
    public static Setting<double?> ClipGradientNorm { get; } = new(
        "clip_grad_norm", "The largest norm of all gradients together; larger ones are scaled down to it", ValueKinds.Or("none", ValueKinds.Real("a number above 0", value => value > 0), isOpen: false), null);

    /// <summary>See <see cref="LoaderOptions.Sampling"/>.</summary>
    public static Setting<Sampling> Sampler { get; } = new(
        "sampler", "How often photos come: each once an epoch, or every class as often as every other", ValueKinds.Choice(("uniform", Sampling.Uniform), ("weighted", Sampling.Weighted)), Sampling.Uniform)
    { Group = SettingGroup.Photos };

    /// <summary>Everything that can be chosen about the step: optimisers, schedules, losses, hooks, clipping, accumulation, sampling.</summary>
    public static IReadOnlyList<Setting> Settings => [.. Optimisers.Settings, .. Schedules.Settings, .. Losses.Settings, .. Hooks.Settings, ClipGradientNorm, Accumulate, Sampler];

    /// <summary>Options with what a recipe chooses about the step.</summary>
    /// <param name="options">Gives the rest: epochs, early stopping, precision, seed. (<see cref="Sampler"/> is the loader's.)</param>
    /// <param name="recipe">With all of <see cref="Settings"/>.</param>
    public static TrainingOptions Into(TrainingOptions options, Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(recipe);
        return options with
        {
            LearningRate = recipe.Get(Schedules.LearningRate), Optimiser = Optimisers.Of(recipe), Schedule = Schedules.Of(recipe), Loss = Losses.Of(recipe), Hooks = Hooks.Of(recipe),
            ClipGradientNorm = recipe.Get(ClipGradientNorm), Accumulate = recipe.Get(Accumulate),
        };
    }
}
