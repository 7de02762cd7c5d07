using JustAlexNet.Inference;
using JustAlexNet.Training;
using JustAlexNet.Transfer;

namespace JustAlexNet.Runs;

/// <summary>What a phase of a run came to.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Best">The best epoch; null where it was interrupted before there was one.</param>
/// <param name="Measured">Pictures that its accuracies were measured on.</param>
public abstract record PhaseResult(TrainingOutcome Outcome, EpochRecord? Best, int Measured);

/// <summary>What a head that learns from features came to.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Best">Its best epoch; the only one of a logistic head.</param>
/// <param name="Measured">Held-out pictures; with folds, all.</param>
/// <param name="Validation">What it gave on these pictures; with folds, by cross-validation.</param>
/// <param name="C">The strength of a logistic head that cross-validation chose; null for a linear head.</param>
/// <param name="Trials">What cross-validation found for each strength it tried.</param>
public sealed record HeadResult(TrainingOutcome Outcome, EpochRecord? Best, int Measured, ClassificationReport Validation, double? C, IReadOnlyList<StrengthTrial> Trials) : PhaseResult(Outcome, Best, Measured);

/// <summary>What a network that learns came to.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Best">Its best epoch; when fine-tuning epoch 0 for the head alone.</param>
/// <param name="Measured">Validation pictures that could be read.</param>
/// <param name="Position">Where it stands.</param>
/// <param name="StepsPerEpoch">Steps of one epoch.</param>
/// <param name="BestInFullPrecision">The best checkpoint measured once more in float32, where training ran in another precision and came to its end; else null.</param>
public sealed record NetworkResult(TrainingOutcome Outcome, EpochRecord? Best, int Measured, TrainingPosition Position, int StepsPerEpoch, ClassificationReport? BestInFullPrecision) : PhaseResult(Outcome, Best, Measured);

/// <summary>How a run ended, and what it could not do on the way.</summary>
/// <param name="Outcome">Finished, stopped early or interrupted.</param>
/// <param name="Phases">What was done, in order; a phase that was interrupted before it had a result is not among them.</param>
/// <param name="Skipped">Pictures that were left out because they could not be read.</param>
/// <param name="FilesNotWritten">Files whose newest content could not be written, with the reason; a checkpoint among them means that work would be lost.</param>
public sealed record RunResult(TrainingOutcome Outcome, IReadOnlyList<PhaseResult> Phases, IReadOnlyList<SkippedImage> Skipped, IReadOnlyDictionary<string, string> FilesNotWritten)
{
    /// <summary>The outcome as <c>run.json</c> and `json` have it: <c>finished</c>, <c>stopped_early</c> or <c>interrupted</c>.</summary>
    public string OutcomeName => Outcome switch { TrainingOutcome.Finished => "finished", TrainingOutcome.StoppedEarly => "stopped_early", _ => "interrupted" };

    /// <summary>The best epoch of the last phase; null where there was none.</summary>
    public EpochRecord? Best => Phases.Count > 0 ? Phases[^1].Best : null;

    /// <summary>What the head came to; null where none learned in this run.</summary>
    public HeadResult? Head => Phases.OfType<HeadResult>().FirstOrDefault();

    /// <summary>What the network came to; null where none learned.</summary>
    public NetworkResult? Network => Phases.OfType<NetworkResult>().FirstOrDefault();

    /// <summary>The file of the best epoch; null where there is none, it could not be written, or was left behind by a run that goes on elsewhere.</summary>
    public string? BestSaved { get; init; }

    /// <summary>What the setting `resume` takes to go on: the newest checkpoint, <c>auto</c> where that could not be written but an older one of the run is there; null where there is none.</summary>
    public string? ResumeFrom { get; init; }
}
