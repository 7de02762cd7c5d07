namespace JustAlexNet.Training;

/// <summary>Schedules by name.</summary>
public static class Schedules
{
    /// <summary>The names that <see cref="Named"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["constant", "step", "cosine"];

    /// <summary>A schedule with its default shape.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="warmupEpochs">See <see cref="LearningRateSchedule.WarmupEpochs"/>.</param>
    /// <exception cref="ArgumentException">The name is none of them.</exception>
    public static LearningRateSchedule Named(string name, int warmupEpochs = 0) => name switch
    {
        "constant" => new ConstantRate { WarmupEpochs = warmupEpochs },
        "step" => new StepRate { WarmupEpochs = warmupEpochs },
        "cosine" => new CosineRate { WarmupEpochs = warmupEpochs },
        _ => throw new ArgumentException($"'{name}' is no schedule, expected {string.Join(", ", Names)}", nameof(name)),
    };
}
