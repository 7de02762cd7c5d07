using JustAlexNet.Inference;

namespace JustAlexNet.Transfer;

/// <summary>How the head learns.</summary>
public enum HeadKind
{
    /// <summary>Logistic regression to its minimum; the strength of regularisation is chosen by cross-validation. No learning rate.</summary>
    Logistic,

    /// <summary>The usual loop over batches, from features in memory.</summary>
    Linear,
}

/// <summary>The optimiser of a <see cref="HeadKind.Linear"/> head.</summary>
public enum HeadOptimiserKind
{
    /// <summary><c>torch.optim.Adam</c> with its defaults.</summary>
    Adam,

    /// <summary>SGD with Nesterov momentum 0.9.</summary>
    Sgd,
}

/// <summary>How the head learns, in full. The last five are for <see cref="HeadKind.Linear"/>.</summary>
public sealed record HeadOptions
{
    /// <summary>Default <see cref="HeadKind.Logistic"/>.</summary>
    public HeadKind Kind { get; init; } = HeadKind.Logistic;

    /// <summary>How often a picture is seen; a logistic head weights its loss instead, to the same end. Default <see cref="Sampling.Uniform"/>.</summary>
    public Sampling Sampler { get; init; } = Sampling.Uniform;

    /// <summary>Default <see cref="HeadOptimiserKind.Adam"/>.</summary>
    public HeadOptimiserKind Optimiser { get; init; } = HeadOptimiserKind.Adam;

    /// <summary>Pictures a step, 1 or more. Default 8.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Passes over the pictures, 1 or more. Default 25.</summary>
    public int Epochs { get; init; } = 25;

    /// <summary>The default of <see cref="LearningRate"/>: Adam's.</summary>
    internal const double StandardRate = 1e-3;

    /// <summary>Above 0. Default 1e-3.</summary>
    public double LearningRate { get; init; } = StandardRate;

    /// <summary>Epochs without a better validation top-1 after which it stops; 0: never. Default 5.</summary>
    public int EarlyStopPatience { get; init; } = 5;
}
