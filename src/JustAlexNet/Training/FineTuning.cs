using JustAlexNet.Models;

namespace JustAlexNet.Training;

/// <summary>How a pretrained network goes on learning.</summary>
public sealed record FineTuning
{
    /// <summary>The usual learning rate of a head that goes on learning.</summary>
    internal const double StandardRate = 0.01;

    /// <summary>The default of <see cref="BackboneRateFactor"/>.</summary>
    internal const double StandardRateFactor = 0.1;

    /// <summary>The learning rate of everything but the head, as a share of the head's; above 0. Default 0.1.</summary>
    public double BackboneRateFactor { get; init; } = StandardRateFactor;

    /// <summary>The first stage that learns, such as <c>layer4</c> or <c>denseblock4</c>; those before it keep their weights and statistics. Null (default): all learn.</summary>
    public string? Unfreeze { get; init; }

    /// <summary>
    /// Whether batch normalisation keeps to the running statistics of the pretrained network and leaves them as they are; its scale and shift learn either way.
    /// Default true: the head was fitted to features made with these statistics, and those of a batch of 8 are mostly noise.
    /// </summary>
    public bool FrozenNormalisation { get; init; } = true;

    /// <summary>The names that <see cref="Unfreeze"/> takes for a network, in order.</summary>
    public static IReadOnlyList<string> StagesOf(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return [.. network.Parameters.Select(parameter => Stage(parameter.Key)).Distinct()];
    }

    // layer4.0.conv1.weight belongs to layer4; in AlexNet and DenseNet the first part of a name, features or classifier, says nothing.
    internal static string Stage(string parameter) => parameter.Split('.') is ["features" or "classifier", var stage, _, ..] parts ? char.IsDigit(stage[0]) ? $"{parts[0]}.{stage}" : stage : parameter.Split('.')[0];
}
