using JustAlexNet.Inference;
using JustAlexNet.Training;

namespace JustAlexNet.Transfer;

/// <summary>What a run came to.</summary>
public sealed record TransferResult
{
    /// <summary>Finished, stopped early or interrupted.</summary>
    public required TrainingOutcome Outcome { get; init; }

    /// <summary>The best epoch, when fine-tuning epoch 0 for the head alone; null where it was interrupted before there was one.</summary>
    public EpochRecord? Best { get; init; }

    /// <summary>What the head alone gave on the held-out pictures, before any fine-tuning; with folds, by cross-validation. Null where it was interrupted before, or resumed.</summary>
    public ClassificationReport? Head { get; init; }

    /// <summary>Held-out pictures that the accuracies were measured on.</summary>
    public int Measured { get; init; }

    /// <summary>The strength of a logistic head that cross-validation chose.</summary>
    public double? C { get; init; }

    /// <summary>What cross-validation found for each strength it tried.</summary>
    public IReadOnlyList<StrengthTrial> Trials { get; init; } = [];

    /// <summary>Pictures that were left out because they could not be read.</summary>
    public IReadOnlyList<SkippedImage> Skipped { get; init; } = [];

    /// <summary>The file of the best head or epoch; null where there is none, it could not be written, or was left behind by a run that goes on elsewhere.</summary>
    public string? BestSaved { get; init; }

    /// <summary>As <see cref="TrainingRunResult.ResumeFrom"/>; null where only a head has learned.</summary>
    public string? ResumeFrom { get; init; }

    /// <summary>Files whose newest content could not be written, with the reason.</summary>
    public IReadOnlyDictionary<string, string> FilesNotWritten { get; init; } = new Dictionary<string, string>();
}
