using System.Globalization;

namespace JustAlexNet.Inference;

/// <summary>One class that a picture may be of.</summary>
/// <param name="Index">Its place among the logits.</param>
/// <param name="Class">Its name.</param>
/// <param name="Probability">Softmax of the logits, 0 to 1; not calibrated.</param>
public sealed record ClassProbability(int Index, string Class, double Probability)
{
    /// <summary>The most probable classes by the logits of one picture, equal ones by index.</summary>
    /// <param name="logits">One a class.</param>
    /// <param name="classes">Their names.</param>
    /// <param name="count">How many are wanted.</param>
    /// <param name="network">What an error calls the network: its file.</param>
    /// <exception cref="PredictionException">A logit is not finite.</exception>
    internal static ClassProbability[] Best(ReadOnlySpan<float> logits, ClassNames classes, int count, string network = "the network")
    {
        var probabilities = Softmax.Of(logits);
        if (!probabilities.All(double.IsFinite)) throw new PredictionException($"{network} gives an answer that is not a finite number: its weights are damaged or from a run that diverged.\nUse another checkpoint.");
        return [.. Ranking.First<double>(probabilities, count).Select(i => new ClassProbability(i, classes[i], probabilities[i]))];
    }
}

/// <summary>What a network says of a picture: its most probable classes, or why the picture could not be read.</summary>
/// <param name="Image">What the picture is called: its path as given.</param>
/// <param name="Predictions">Most probable first, equal ones by index; empty with an error.</param>
/// <param name="Error">Null, or what is wrong with the picture.</param>
public sealed record Prediction(string Image, IReadOnlyList<ClassProbability> Predictions, string? Error = null)
{
    /// <summary>The answer where no class is probable enough.</summary>
    public const string Unknown = "unknown";

    /// <summary>What was asked for with <see cref="PredictorOptions.Threshold"/>.</summary>
    public double? Threshold { get; init; }

    /// <summary>Whether the first class is less probable than the threshold.</summary>
    public bool IsUnknown => Predictions.Count > 0 && Predictions[0].Probability < Threshold;

    /// <summary>The most probable class's name, <see cref="Unknown"/> below the threshold; null with an error.</summary>
    public string? Answer => Predictions.Count == 0 ? null : IsUnknown ? Unknown : Predictions[0].Class;

    /// <summary>What the last layer saw, (D), float32; empty unless <see cref="PredictorOptions.Features"/> asked for it.</summary>
    public ReadOnlyMemory<float> Features { get; init; }

    /// <summary>One line for people: <c>photo.jpg: dress .9812</c>.</summary>
    public override string ToString() =>
        Error ?? string.Create(CultureInfo.InvariantCulture, $"{Image}: {Answer}{(IsUnknown ? $" ({Predictions[0].Class}?)" : "")} {Predictions[0].Probability:.0000}");
}

/// <summary>What is wanted of pictures.</summary>
public sealed record PredictorOptions
{
    /// <summary>Classes a picture, 1 or more; more than there are gives all. Default 1.</summary>
    public int TopK { get; init; } = 1;

    /// <summary>Probability, 0 to 1, below which the answer is <see cref="Prediction.Unknown"/>; the classes stand in the prediction all the same. Null (default): none.</summary>
    public double? Threshold { get; init; }

    /// <summary>Whether <see cref="Prediction.Features"/> are wanted. Default false.</summary>
    public bool Features { get; init; }

    /// <exception cref="ArgumentException">Names every fault.</exception>
    internal void Check()
    {
        var faults = new List<string>();
        if (TopK < 1) faults.Add($"TopK is {TopK}, expected 1 or more.");
        if (Threshold is { } value && value is not (>= 0 and <= 1)) faults.Add(FormattableString.Invariant($"Threshold is {value}, expected 0 to 1."));
        OptionFaults.Throw(nameof(PredictorOptions), faults);
    }
}
