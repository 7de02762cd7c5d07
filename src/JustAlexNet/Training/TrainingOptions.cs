using JustAlexNet.Runtime;

namespace JustAlexNet.Training;

/// <summary>What the training loop needs to know beside the network and the loaders.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training pictures, 1 or more. Default 20.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Base learning rate, above 0. Default 0.01 (AlexNet learns nothing at PyTorch's example default of 0.1); Adam and AdamW usually want a tenth of it.</summary>
    public double LearningRate { get; init; } = Schedules.LearningRate.Default;

    /// <summary>What moves the weights. Default: SGD with Nesterov momentum 0.9 and weight decay 5e-4.</summary>
    public OptimiserOptions Optimiser { get; init; } = new SgdOptions();

    /// <summary>The learning rate by epoch or update. Default: constant.</summary>
    public LearningRateSchedule Schedule { get; init; } = new ConstantRate();

    /// <summary>What is made small. Default: cross-entropy.</summary>
    public LossOptions Loss { get; init; } = new CrossEntropyOptions();

    /// <summary>What hangs in the step, in this order. Default: nothing.</summary>
    public IReadOnlyList<HookOptions> Hooks { get; init; } = [];

    /// <summary>Batches an update of the weights, 1 (default) or more; the last update of an epoch may have fewer.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>What the norm of all gradients together is cut down to before an update, above 0; null (default): nothing is.</summary>
    public double? ClipGradientNorm { get; init; }

    /// <summary>Epochs without a better validation top-1 after which training stops; 0 (default) never stops early.</summary>
    public int EarlyStopPatience { get; init; }

    /// <summary>By how much validation top-1 (a fraction, 0 to 1) must pass the best so far to count as better for early stopping; 0 or more, default 0.</summary>
    public double EarlyStopMinimumDelta { get; init; }

    /// <summary>What the network computes in: <c>auto</c> (default), <c>fp32</c>, <c>bf16</c> or <c>fp16</c>; see <see cref="PrecisionChoice.Select(string, ComputeDevice)"/>.</summary>
    public string Precision { get; init; } = "auto";

    /// <summary>Seeds dropout and mixing. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>What is learned by, in few words for people, such as "smoothed cross-entropy"; null where it is the plain cross-entropy that validation is measured by.</summary>
    internal string? LossBesidePlain
    {
        get
        {
            string?[] how = [Loss.LabelSmoothing > 0 ? "smoothed" : null, Loss.ClassWeights == ClassWeighting.None ? null : "weighted", Hooks.OfType<MixingOptions>().Any() ? "mixed" : null];
            var words = string.Join(' ', how.OfType<string>().Append(Loss is CrossEntropyOptions ? "cross-entropy" : Loss.Name));
            return words == "cross-entropy" ? null : words;
        }
    }

    /// <summary>Every value that is out of its range, as sentences; empty when all is well.</summary>
    public IReadOnlyList<string> Faults() => Faults(isWhole: true);

    /// <param name="isWhole">Whether these are all options of the run; otherwise values are not compared with each other.</param>
    internal IReadOnlyList<string> Faults(bool isWhole)
    {
        var faults = new List<string>();
        Check(Epochs >= 1, $"`epochs` is {Epochs}, expected 1 or more");
        Check(LearningRate > 0 && double.IsFinite(LearningRate), $"{Schedules.LearningRate} is {LearningRate}, expected a number above 0");
        faults.AddRange(Optimiser.Faults());
        faults.AddRange(Schedule.Faults());
        Check(!isWhole || Schedule.WarmupEpochs < Math.Max(1, Epochs), $"{Schedules.WarmupEpochs} is {Schedule.WarmupEpochs}, expected less than the {Epochs} epochs of the run");
        faults.AddRange(Loss.Faults());
        faults.AddRange(Hooks.SelectMany(hook => hook.Faults()));
        Check(Accumulate >= 1, $"{StepSettings.Accumulate} is {Accumulate}, expected 1 or more");
        Check(ClipGradientNorm is null || (ClipGradientNorm > 0 && double.IsFinite(ClipGradientNorm.Value)), $"{StepSettings.ClipGradientNorm} is {ClipGradientNorm}, expected none or a number above 0");
        Check(EarlyStopPatience >= 0, $"`early_stop_patience` is {EarlyStopPatience}, expected 0 (off) or more");
        Check(EarlyStopMinimumDelta is >= 0 and < 1, $"`early_stop_min_delta` is {EarlyStopMinimumDelta}, expected 0 to below 1 (a fraction)");
        Check(PrecisionChoice.Names.Contains(Precision), $"`precision` is '{Precision}', expected one of {string.Join(", ", PrecisionChoice.Names)}");
        return faults;

        void Check(bool fine, string fault)
        {
            if (!fine) faults.Add(fault);
        }
    }
}
