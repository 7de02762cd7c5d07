using JustAlexNet.Runtime.Native;
using JustAlexNet.Settings;
using JustAlexNet.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>The choice of <see cref="Adam"/>.</summary>
public sealed record AdamOptions : OptimiserOptions
{
    /// <inheritdoc/>
    public override string Name => Decoupled ? "adamw" : "adam";

    internal override int ValuesKept => 2;

    /// <summary>Share of the mean gradient that stays, 0 to below 1. Default 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Share of the mean square that stays, 0 to below 1. Default 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root, above 0. Default 1e-8, as PyTorch (Keras has 1e-7).</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Whether it is AdamW, whose decay shrinks the weights themselves instead of joining the gradient. Default false.</summary>
    public bool Decoupled { get; init; }

    internal static Setting<double> Beta1Setting { get; } = new("beta1", "Adam: share of the mean gradient that stays", ValueKinds.Real("0 to below 1", value => value is >= 0 and < 1), new AdamOptions().Beta1) { When = Optimisers.Only("adam", "adamw") };

    internal static Setting<double> Beta2Setting { get; } = new("beta2", "Adam: share of the mean square that stays", ValueKinds.Real("0 to below 1", value => value is >= 0 and < 1), new AdamOptions().Beta2) { When = Optimisers.Only("adam", "adamw") };

    internal static Setting<double> EpsilonSetting { get; } = new("eps", "Adam: added to the root of the mean square", ValueKinds.Real("a number above 0", value => value > 0), new AdamOptions().Epsilon) { When = Optimisers.Only("adam", "adamw") };

    internal static OptimiserRow Row { get; } = new("adam", [Beta1Setting, Beta2Setting, EpsilonSetting], Of);

    internal static OptimiserRow DecoupledRow { get; } = new("adamw", [Beta1Setting, Beta2Setting, EpsilonSetting], recipe => Of(recipe) with { Decoupled = true });

    internal override IEnumerable<string> Faults() =>
    [
        .. base.Faults(),
        .. new[]
        {
            Beta1 is >= 0 and < 1 ? null : $"{Beta1Setting} is {Beta1}, expected 0 to below 1",
            Beta2 is >= 0 and < 1 ? null : $"{Beta2Setting} is {Beta2}, expected 0 to below 1",
            Epsilon > 0 && double.IsFinite(Epsilon) ? null : $"{EpsilonSetting} is {Epsilon}, expected a number above 0",
        }.OfType<string>(),
    ];

    internal override Optimiser Create(IReadOnlyList<KeyValuePair<string, Tensor>> parameters, IReadOnlyList<double>? rateFactors = null) => new Adam(parameters, this, rateFactors);

    private static AdamOptions Of(Recipe recipe) => new() { Beta1 = recipe.Get(Beta1Setting), Beta2 = recipe.Get(Beta2Setting), Epsilon = recipe.Get(EpsilonSetting) };
}

/// <summary>Adam and AdamW: the updates of <c>torch.optim.Adam</c> and <c>torch.optim.AdamW</c>, value for value (float64: to 1e-12).</summary>
/// <remarks>
/// For a parameter p with gradient g, in its step t: Adam g += weightDecay p, AdamW p -= rate weightDecay p; m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g²;
/// p -= rate m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon). Sources: Kingma and Ba, arXiv 1412.6980, algorithm 1; Loshchilov and Hutter, arXiv 1711.05101, algorithm 2, in PyTorch's
/// form (the rate multiplies the decay). Fused: <c>aten::_fused_adam_</c>, <c>aten::_fused_adamw_</c>. The two moments take 8 bytes a value in float32. Not thread-safe.
/// </remarks>
public sealed class Adam : Optimiser
{
    private const int Mean = 0, Square = 1;
    private readonly AdamOptions options;

    /// <summary>An optimiser without moments yet.</summary>
    /// <param name="parameters">What learns, with names; the tensors stay the caller's.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="rateFactors">What each parameter's learning rate is multiplied by, in their order, as parameter groups in PyTorch; null: 1 for all.</param>
    /// <exception cref="ArgumentOutOfRangeException">The weight decay is out of its range.</exception>
    /// <exception cref="ArgumentException">Other options are out of their range, or there is not one factor a parameter.</exception>
    public Adam(IReadOnlyList<KeyValuePair<string, Tensor>> parameters, AdamOptions? options = null, IReadOnlyList<double>? rateFactors = null)
        : base(parameters, ["exp_avg", "exp_avg_sq"], (options ??= new()).WeightDecay, rateFactors, options.NoDecayOnNormAndBias)
    {
        if (options.Faults().FirstOrDefault() is { } fault)
        {
            Dispose();
            throw new ArgumentException(fault, nameof(options));
        }
        this.options = options;
    }

    /// <inheritdoc/>
    public override string Name => options.Name;

    private protected override bool CountsSteps => true;

    private protected override void Update(Turn turn, double rate, double decay)
    {
        var (means, squares) = (State(turn, Mean), State(turn, Square));
        if (IsFused(turn))
            FusedOptimisers.Adam(turn.Parameters, turn.Gradients, means, squares, Counter(turn.Step, turn.Parameters[0].device), rate, options.Beta1, options.Beta2, options.Epsilon, decay, options.Decoupled);
        else
            StepOneByOne(turn, means, squares, rate, decay);
    }

    private protected override IEnumerable<(string Key, object? Value)> Described(double decay) =>
    [
        ("betas", new PickleTuple(options.Beta1, options.Beta2)), ("eps", options.Epsilon), ("weight_decay", decay), ("amsgrad", false), ("maximize", false), ("foreach", null),
        ("capturable", false), ("differentiable", false), ("fused", null), ("decoupled_weight_decay", options.Decoupled),
    ];

    private void StepOneByOne(Turn turn, IReadOnlyList<Tensor> means, IReadOnlyList<Tensor> squares, double rate, double weightDecay)
    {
        var (beta1, beta2) = (options.Beta1, options.Beta2);
        using Scalar decay = weightDecay, shrink = 1 - rate * weightDecay, kept1 = beta1, new1 = 1 - beta1, kept2 = beta2, new2 = 1 - beta2, epsilon = options.Epsilon;
        using Scalar length = -rate / (1 - Math.Pow(beta1, turn.Step)), root = 1 / Math.Sqrt(1 - Math.Pow(beta2, turn.Step));
        for (var i = 0; i < turn.Parameters.Count; i++)
        {
            using var scope = NewDisposeScope();
            var (parameter, gradient) = (turn.Parameters[i], turn.Gradients[i]);
            if (weightDecay != 0) _ = options.Decoupled ? parameter.mul_(shrink) : gradient.add_(parameter, decay);
            _ = means[i].mul_(kept1).add_(gradient, new1);
            _ = squares[i].mul_(kept2).addcmul_(gradient, gradient, new2);
            _ = parameter.addcdiv_(means[i], squares[i].sqrt().mul_(root).add_(epsilon), length);
        }
    }
}
