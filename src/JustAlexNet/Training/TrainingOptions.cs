using JustAlexNet.Runtime;

namespace JustAlexNet.Training;

/// <summary>What the training loop needs to know beside the network and the loaders.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training pictures, 1 or more. Default 20.</summary>
    public int Epochs { get; init; } = 20;

    /// <summary>Base learning rate, above 0. Default 0.01 (AlexNet learns nothing at PyTorch's example default of 0.1).</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>Nesterov momentum, 0 to below 1. Default 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>L2 penalty, 0 or more. Default 5e-4.</summary>
    public double WeightDecay { get; init; } = 5e-4;

    /// <summary>The learning rate by epoch. Default: constant.</summary>
    public LearningRateSchedule Schedule { get; init; } = new ConstantRate();

    /// <summary>Epochs without a better validation top-1 after which training stops; 0 (default) never stops early.</summary>
    public int EarlyStopPatience { get; init; }

    /// <summary>By how much validation top-1 (a fraction, 0 to 1) must pass the best so far to count as better for early stopping; 0 or more, default 0.</summary>
    public double EarlyStopMinimumDelta { get; init; }

    /// <summary>What the network computes in: <c>auto</c> (default), <c>fp32</c>, <c>bf16</c> or <c>fp16</c>; see <see cref="PrecisionChoice.Select(string, ComputeDevice)"/>.</summary>
    public string Precision { get; init; } = "auto";

    /// <summary>Seeds dropout. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Every value that is out of its range, as sentences; empty when all is well.</summary>
    public IReadOnlyList<string> Faults() => Faults(isWhole: true);

    /// <param name="isWhole">Whether these are all options of the run; otherwise values are not compared with each other.</param>
    internal IReadOnlyList<string> Faults(bool isWhole)
    {
        var faults = new List<string>();
        Check(Epochs >= 1, $"--epochs is {Epochs}, expected 1 or more");
        Check(LearningRate > 0 && double.IsFinite(LearningRate), $"--lr is {LearningRate}, expected a number above 0");
        Check(Momentum is >= 0 and < 1, $"--momentum is {Momentum}, expected 0 to below 1");
        Check(WeightDecay >= 0 && double.IsFinite(WeightDecay), $"--weight-decay is {WeightDecay}, expected 0 or more");
        Check(Schedule.WarmupEpochs >= 0, $"--warmup-epochs is {Schedule.WarmupEpochs}, expected 0 or more");
        Check(!isWhole || Schedule.WarmupEpochs < Math.Max(1, Epochs), $"--warmup-epochs is {Schedule.WarmupEpochs}, expected less than the {Epochs} epochs of the run");
        Check(EarlyStopPatience >= 0, $"--early-stop-patience is {EarlyStopPatience}, expected 0 (off) or more");
        Check(EarlyStopMinimumDelta is >= 0 and < 1, $"--early-stop-min-delta is {EarlyStopMinimumDelta}, expected 0 to below 1 (a fraction)");
        Check(PrecisionChoice.Names.Contains(Precision), $"--precision is '{Precision}', expected one of {string.Join(", ", PrecisionChoice.Names)}");
        return faults;

        void Check(bool fine, string fault)
        {
            if (!fine) faults.Add(fault);
        }
    }
}
