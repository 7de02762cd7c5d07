using JustAlexNet.Settings;

namespace JustAlexNet.Training;

/// <summary>A schedule that can be chosen.</summary>
/// <param name="Name">In recipes.</param>
/// <param name="Settings">Its own and those that it shares with some others.</param>
/// <param name="Of">The schedule of a recipe, but for the warm-up.</param>
internal sealed record ScheduleRow(string Name, IReadOnlyList<Setting> Settings, Func<Recipe, LearningRateSchedule> Of);

/// <summary>The schedules: a row each.</summary>
public static class Schedules
{
    /// <summary>The names, in order.</summary>
    public static IReadOnlyList<string> Names => [.. Rows.Select(row => row.Name)];

    /// <summary>See <see cref="TrainingOptions.LearningRate"/>.</summary>
    public static Setting<double> LearningRate { get; } = new("lr", "Learning rate", ValueKinds.Real("a number above 0", value => value > 0), 0.01) { Unit = "RATE" };

    /// <summary>Which one.</summary>
    public static Setting<string> Schedule { get; } = new(
        "schedule", "How the learning rate changes: as it is, in steps, along a cosine, up and down again, along a power, by a share an epoch, or when validation stops improving",
        ValueKinds.Name(() => Names), "constant");

    /// <summary>See <see cref="LearningRateSchedule.WarmupEpochs"/>.</summary>
    public static Setting<int> WarmupEpochs { get; } = new("warmup_epochs", "Epochs at the start in which the rate rises from 1 % of the learning rate", ValueKinds.Whole(), 0) { Unit = "EPOCHS" };

    /// <summary>See <see cref="LearningRateSchedule.WarmupSteps"/>.</summary>
    public static Setting<int> WarmupSteps { get; } = new("warmup_steps", "Steps at the start in which the rate rises from 1 % of what the schedule says", ValueKinds.Whole(), 0) { Unit = "STEPS" };

    /// <summary>See <see cref="LearningRateSchedule.OnUpdates"/>.</summary>
    public static Setting<bool> OnUpdates { get; } = new("schedule_on_updates", "Change the rate with every step instead of every epoch", ValueKinds.Flag, false) { When = Only("cosine", "polynomial", "exponential") };

    /// <summary>What the rate is multiplied by; null: as each schedule's default.</summary>
    public static Setting<double?> Gamma { get; } = new(
        "gamma", "step, multistep, exponential, plateau: what the rate is multiplied by; auto is 0.1, for exponential 0.95", ValueKinds.Or("auto", ValueKinds.Real("above 0 to 1", value => value is > 0 and <= 1), isOpen: false), null)
    { When = Only("step", "multistep", "exponential", "plateau") };

    /// <summary>The rate that a schedule ends in or does not fall below; below the learning rate.</summary>
    public static Setting<double> MinimumRate { get; } = new("min_lr", "cosine, polynomial, plateau: the smallest rate", ValueKinds.Real("0 or more", value => value >= 0), 0) { When = Only("cosine", "polynomial", "plateau") };

    /// <summary>Everything that can be chosen about schedules, in the order in which it is listed.</summary>
    public static IReadOnlyList<Setting> Settings => [LearningRate, Schedule, WarmupEpochs, WarmupSteps, .. Rows.SelectMany(row => row.Settings).Distinct()];

    /// <summary>What a recipe chooses.</summary>
    /// <param name="recipe">With all of <see cref="Settings"/>.</param>
    public static LearningRateSchedule Of(Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return Rows.Single(row => row.Name == recipe.Get(Schedule)).Of(recipe) with
        {
            WarmupEpochs = recipe.Get(WarmupEpochs), WarmupSteps = recipe.Get(WarmupSteps), OnUpdates = recipe.Get(OnUpdates),
        };
    }

    /// <summary>Whether the rates of a recipe's first epochs stay as they are where more epochs follow.</summary>
    internal static bool IsOpenEnded(Recipe recipe) => !Of(recipe).DependsOnLength;

    /// <summary>A schedule with its default shape.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="warmupEpochs">See <see cref="LearningRateSchedule.WarmupEpochs"/>.</param>
    /// <exception cref="ArgumentException">The name is none of them.</exception>
    public static LearningRateSchedule Named(string name, int warmupEpochs = 0)
    {
        if (!Names.Contains(name)) throw new ArgumentException($"'{name}' is no schedule, expected {string.Join(", ", Names)}", nameof(name));
        return Of(new Recipe(new RecipeSchema("schedules", Settings)) { { Schedule, name }, { WarmupEpochs, warmupEpochs } });
    }

    /// <summary>That one of some schedules is chosen.</summary>
    internal static Condition Only(params string[] names) => new(recipe => names.Contains(recipe.Get(Schedule)), $"for `schedule` {string.Join(names.Length > 2 ? ", " : " and ", names)}", IsRequired: true);

    /// <summary><see cref="MinimumRate"/> as a share of the learning rate.</summary>
    internal static double FinalFactor(Recipe recipe) => recipe.Get(MinimumRate) / recipe.Get(LearningRate);

    internal static IEnumerable<string> GammaFaults(double gamma) => gamma is > 0 and <= 1 ? [] : [$"{Gamma} is {gamma}, expected above 0 to 1"];

    internal static IEnumerable<string> FinalFactorFaults(double share) => share is >= 0 and <= 1 ? [] : [$"{MinimumRate} is {share} of {LearningRate}, expected 0 to 1 of it"];

    /// <summary>What does not hold between settings that are each allowed, as sentences; a rule of schemas.</summary>
    internal static IEnumerable<string> Faults(Recipe recipe) => Settings.Any(setting => recipe.Has(setting) && recipe.FaultOf(setting) is not null) ? [] : Of(recipe).Faults();

    private static IReadOnlyList<ScheduleRow> Rows =>
        [ConstantRate.Row, StepRate.Row, MultiStepRate.Row, CosineRate.Row, OneCycleRate.Row, PolynomialRate.Row, ExponentialRate.Row, PlateauRate.Row];
}
