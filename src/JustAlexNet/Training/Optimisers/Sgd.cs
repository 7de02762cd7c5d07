using JustAlexNet.Runtime.Native;
using JustAlexNet.Settings;
using TorchSharp;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>The choice of <see cref="Sgd"/>.</summary>
public sealed record SgdOptions : OptimiserOptions
{
    /// <inheritdoc/>
    public override string Name => "sgd";

    internal override int ValuesKept => Momentum > 0 ? 1 : 0;

    /// <summary>Share of the velocity that stays, 0 to below 1. Default 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Looks ahead along the velocity. Default true.</summary>
    public bool Nesterov { get; init; } = true;

    internal static Setting<double> MomentumSetting { get; } = new("momentum", "Nesterov momentum", ValueKinds.Real("0 to below 1", value => value is >= 0 and < 1), new SgdOptions().Momentum) { When = Optimisers.Only("sgd") };

    internal static OptimiserRow Row { get; } = new("sgd", [MomentumSetting], recipe => new SgdOptions { Momentum = recipe.Get(MomentumSetting) });

    internal override IEnumerable<string> Faults() => [.. base.Faults(), .. Momentum is >= 0 and < 1 ? Array.Empty<string>() : [$"{MomentumSetting} is {Momentum}, expected 0 to below 1"]];

    internal override Optimiser Create(IReadOnlyList<KeyValuePair<string, Tensor>> parameters, IReadOnlyList<double>? rateFactors = null) =>
        new Sgd(parameters, Momentum, WeightDecay, Nesterov, rateFactors, NoDecayOnNormAndBias);
}

/// <summary>Stochastic gradient descent with momentum: the update of <c>torch.optim.SGD</c>, value for value (float64: to 1e-12).</summary>
/// <remarks>
/// For a parameter p with gradient g: g += weightDecay p; v = g in the first step, else momentum v + g; p -= rate (g + momentum v) with Nesterov,
/// rate v without. Source: Sutskever et al., ICML 2013, in PyTorch's form (the rate multiplies the velocity when it is applied, not when it is stored).
/// Fused: <c>aten::_fused_sgd_</c>. The velocities take 4 bytes a value in float32. Not thread-safe.
/// </remarks>
public sealed class Sgd : Optimiser
{
    private const int Velocity = 0;
    private readonly double momentum;
    private readonly bool nesterov;

    /// <summary>An optimiser without velocity yet.</summary>
    /// <param name="parameters">What learns, with names; the tensors stay the caller's.</param>
    /// <param name="momentum">Share of the velocity that stays, 0 (no velocity is kept) to below 1.</param>
    /// <param name="weightDecay">L2 penalty added to the gradient, 0 or more.</param>
    /// <param name="nesterov">Looks ahead along the velocity; needs momentum.</param>
    /// <param name="rateFactors">What each parameter's learning rate is multiplied by, in their order, as parameter groups in PyTorch; null: 1 for all.</param>
    /// <param name="noDecayOnNormAndBias">See <see cref="OptimiserOptions.NoDecayOnNormAndBias"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    /// <exception cref="ArgumentException">There is not one factor a parameter.</exception>
    public Sgd(
        IReadOnlyList<KeyValuePair<string, Tensor>> parameters, double momentum = 0.9, double weightDecay = 5e-4, bool nesterov = true, IReadOnlyList<double>? rateFactors = null,
        bool noDecayOnNormAndBias = false)
        : base(parameters, Checked(momentum) > 0 ? ["momentum_buffer"] : [], weightDecay, rateFactors, noDecayOnNormAndBias) => (this.momentum, this.nesterov) = (momentum, nesterov && momentum > 0);

    /// <inheritdoc/>
    public override string Name => "sgd";

    private protected override void Update(Turn turn, double rate, double decay)
    {
        var velocities = momentum > 0 ? State(turn, Velocity) : [];
        if (IsFused(turn)) FusedOptimisers.Sgd(turn.Parameters, turn.Gradients, velocities, rate, momentum, decay, nesterov);
        else StepOneByOne(turn, velocities, rate, decay);
    }

    private protected override IEnumerable<(string Key, object? Value)> Described(double decay) =>
    [
        ("momentum", momentum), ("dampening", 0L), ("weight_decay", decay), ("nesterov", nesterov), ("maximize", false), ("foreach", null), ("differentiable", false), ("fused", null),
    ];

    private void StepOneByOne(Turn turn, IReadOnlyList<Tensor> velocities, double rate, double weightDecay)
    {
        using Scalar decay = weightDecay, kept = momentum, back = -rate;
        for (var i = 0; i < turn.Parameters.Count; i++)
        {
            var (parameter, gradient, speed) = (turn.Parameters[i], turn.Gradients[i], momentum > 0 ? velocities[i] : null);
            if (weightDecay != 0) _ = gradient.add_(parameter, decay);
            if (speed is not null)
            {
                _ = speed.mul_(kept).add_(gradient);
                if (nesterov) _ = gradient.add_(speed, kept);
            }
            _ = parameter.add_(nesterov || speed is null ? gradient : speed, back);
        }
    }

    private static double Checked(double momentum) => momentum is >= 0 and < 1 ? momentum : throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "expected 0 to below 1");
}
