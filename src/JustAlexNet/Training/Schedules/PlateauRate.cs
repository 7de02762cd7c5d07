using JustAlexNet.Settings;
using JustAlexNet.Weights;

namespace JustAlexNet.Training;

/// <summary>The base rate, and a share of it whenever the validation loss has stopped falling (ReduceLROnPlateau, mode <c>min</c>, relative threshold). Epochs of the warm-up do not count.</summary>
public sealed record PlateauRate : LearningRateSchedule
{
    /// <summary>Epochs without a better loss that are borne, 0 or more; the next one lowers the rate. Default 10, as PyTorch.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>What the rate is multiplied by, above 0 and below 1. Default 0.1.</summary>
    public double Gamma { get; init; } = 0.1;

    /// <summary>The share by which a loss must be lower than the best to count as better, 0 to below 1. Default 1e-4.</summary>
    public double Threshold { get; init; } = 1e-4;

    /// <summary>Epochs after a fall in which none is counted as worse, 0 or more. Default 0.</summary>
    public int Cooldown { get; init; }

    /// <summary>The share of the base rate below which it does not fall; 0 (default) to 1.</summary>
    public double FinalFactor { get; init; }

    /// <inheritdoc/>
    public override string Name => "plateau";

    /// <inheritdoc/>
    public override bool DependsOnLength => false;

    internal static Setting<int> PatienceSetting { get; } = new("patience_epochs", "plateau: epochs without a lower validation loss that are borne before the rate falls", ValueKinds.Whole(), new PlateauRate().Patience) { Unit = "EPOCHS", When = Schedules.Only("plateau") };

    internal static Setting<double> ThresholdSetting { get; } = new("plateau_threshold", "plateau: the share by which a loss must be lower to count as lower", ValueKinds.Real("0 to below 1", value => value is >= 0 and < 1), new PlateauRate().Threshold) { When = Schedules.Only("plateau") };

    internal static Setting<int> CooldownSetting { get; } = new("cooldown_epochs", "plateau: epochs after a fall that are not counted", ValueKinds.Whole(), new PlateauRate().Cooldown) { Unit = "EPOCHS", When = Schedules.Only("plateau") };

    internal static ScheduleRow Row { get; } = new("plateau", [PatienceSetting, ThresholdSetting, CooldownSetting, Schedules.Gamma, Schedules.MinimumRate], recipe => new PlateauRate
    {
        Patience = recipe.Get(PatienceSetting), Threshold = recipe.Get(ThresholdSetting), Cooldown = recipe.Get(CooldownSetting),
        Gamma = recipe.Get(Schedules.Gamma) ?? new PlateauRate().Gamma, FinalFactor = Schedules.FinalFactor(recipe),
    });

    /// <inheritdoc/>
    protected override double Factor(double epoch, int epochs) => 1;

    internal override ScheduleState Begin(double baseRate) => new Course(this, baseRate);

    internal override IEnumerable<string> Faults() =>
    [
        .. base.Faults(),
        .. new[]
        {
            Patience >= 0 ? null : $"{PatienceSetting} is {Patience}, expected 0 or more",
            Cooldown >= 0 ? null : $"{CooldownSetting} is {Cooldown}, expected 0 or more",
            Threshold is >= 0 and < 1 ? null : $"{ThresholdSetting} is {Threshold}, expected 0 to below 1",
            Gamma < 1 ? null : $"{Schedules.Gamma} is {Gamma}, expected above 0 and below 1 for `schedule` plateau",
        }.OfType<string>(),
        .. Schedules.GammaFaults(Gamma), .. Schedules.FinalFactorFaults(FinalFactor),
    ];

    private sealed class Course(PlateauRate rule, double baseRate) : ScheduleState
    {
        private const double Smallest = 1e-8;       // PyTorch's eps: a smaller fall is none

        private double best = double.PositiveInfinity;
        private double? lowered;        // null: the base rate as yet
        private long worse, resting;

        public override double Factor => Rate / baseRate;

        private double Rate => lowered ?? baseRate;

        public override void Follow(EpochRecord epoch)
        {
            if (epoch.Epoch <= rule.WarmupEpochs) return;
            (best, worse) = epoch.ValLoss < best * (1 - rule.Threshold) ? (epoch.ValLoss, 0) : (best, worse + 1);
            if (resting > 0) (resting, worse) = (resting - 1, 0);
            if (worse <= rule.Patience) return;
            var lower = Math.Max(Rate * rule.Gamma, baseRate * rule.FinalFactor);
            if (Rate - lower > Smallest) lowered = lower;
            (resting, worse) = (rule.Cooldown, 0);
        }

        public override PickleDictionary Write() => new()
        {
            { "best", best }, { "num_bad_epochs", worse }, { "cooldown_counter", resting }, { "_last_lr", new List<object?> { Rate } },
        };

        public override void Read(PickleDictionary stored, string source)
        {
            (best, worse, resting) = (stored.Require<double>("best", source), stored.Require<long>("num_bad_epochs", source), stored.Require<long>("cooldown_counter", source));
            lowered = stored.Require<List<object?>>("_last_lr", source) is [double last] ? last : throw new WeightsException($"'_last_lr' of {source} is not one number.") { Path = source };
        }
    }
}
