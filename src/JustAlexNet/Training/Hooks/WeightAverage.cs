using JustAlexNet.Models;
using JustAlexNet.Settings;
using JustAlexNet.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>The choice of <see cref="WeightAverage"/>.</summary>
public sealed record WeightAverageOptions : HookOptions
{
    /// <inheritdoc/>
    public override string Name => "ema";

    /// <summary>Share of the average that stays at every update, above 0 and below 1. Default 0.999: the average looks back over some 1 / (1 - decay) updates, which should be a few epochs at most.</summary>
    public double Decay { get; init; } = 0.999;

    internal static Setting<double> DecaySetting { get; } = new("ema_decay", "Moving average of the weights, which is validated and predicts: the share that stays at every step; 0 is off", ValueKinds.Real("0 (off) to below 1", value => value is >= 0 and < 1), 0);

    internal static HookRow Row { get; } = new([DecaySetting], recipe => recipe.Get(DecaySetting) is var decay && decay > 0 ? new WeightAverageOptions { Decay = decay } : null);

    internal override IEnumerable<string> Faults() => Decay is > 0 and < 1 ? [] : [$"{DecaySetting} is {Decay}, expected above 0 and below 1"];

    internal override TrainingHook Create(Network network, long seed) => new WeightAverage(network, Decay);
}

/// <summary>An exponential moving average of weights and running statistics: after every update e = decay e + (1 - decay) w. It is validated in place of the network that learns, and decides which epoch is best.</summary>
/// <remarks>
/// timm's <c>ModelEmaV2</c> (the whole state, which begins as a copy; decay constant), which is <c>torch.optim.swa_utils.AveragedModel(use_buffers=True)</c> with that average; the counters of
/// batch normalisation are copied. On the network's device, in its dtype, 4 bytes a value in float32. Source: Polyak and Juditsky, SIAM J. Control Optim. 30 (1992) 838.
/// </remarks>
internal sealed class WeightAverage : TrainingHook, ICheckpointPart
{
    private readonly Network network, average;
    private readonly double decay;

    /// <param name="network">What learns; stays the caller's.</param>
    /// <param name="decay">Share of the average that stays.</param>
    public WeightAverage(Network network, double decay)
    {
        (this.network, this.decay) = (network, decay);
        average = ModelCatalogue.Find(network.Name)!.Create(network.Classes, seed: null);
        average.MoveTo(network.Device);
        if (network.Head.Weight.dtype != average.Head.Weight.dtype) average.ConvertTo(network.Head.Weight.dtype);
        average.PointwiseProducts = network.PointwiseProducts;
        using var quiet = no_grad();
        foreach (var (mine, other) in Pairs()) _ = mine.copy_(other);
    }

    public override Network Validated => average;

    public override ICheckpointPart Part => this;

    string ICheckpointPart.Name => Checkpoint.AveragedWeights;

    public override void Updated()
    {
        using var quiet = no_grad();
        using Scalar kept = decay, fresh = 1 - decay;
        foreach (var (mine, other) in Pairs()) _ = mine.is_floating_point() ? mine.mul_(kept).add_(other, fresh) : mine.copy_(other);
    }

    object ICheckpointPart.Write()
    {
        var state = new PickleDictionary(isOrderedDict: true);
        foreach (var (name, value) in average.State) state[name] = value;
        return state;
    }

    void ICheckpointPart.Read(object? stored, string source)
    {
        if (stored is not PickleDictionary state) throw new WeightsException($"'{Checkpoint.AveragedWeights}' of {source} is {PickleKind.Of(stored)}, expected a state dictionary.") { Path = source };
        StateLoading.CopyInto(average.State.ToDictionary(), StateLoading.Tensors(state, source), source, average.Name);
    }

    public override void Dispose()
    {
        average.Dispose();
        base.Dispose();
    }

    private IEnumerable<(Tensor Average, Tensor Learning)> Pairs() => average.State.Zip(network.State, (mine, other) => (mine.Value, other.Value));
}
