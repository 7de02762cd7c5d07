using JustAlexNet.Engines;
using JustAlexNet.Imaging;
using JustAlexNet.Models;
using JustAlexNet.Models.Layers;
using JustAlexNet.Runtime;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>What a batch came to. The tensors are the caller's dispose scope's.</summary>
/// <param name="Logits">(N, K), float32.</param>
/// <param name="Labels">(N), int64, on the network's device: the class that counts for the accuracy.</param>
/// <param name="Loss">The batch's mean loss, a scalar.</param>
/// <param name="Input">(N, 3, S, S), what the network saw: normalised, mixed where a hook mixes.</param>
internal sealed record StepResult(Tensor Logits, Tensor Labels, Tensor Loss, Tensor Input);

/// <summary>The training step: forward, loss, backward (<see cref="Add"/>, a batch), reduce, update (<see cref="Update"/>, of the weights). The loop uses it, and bench/ measures it.</summary>
/// <remarks>
/// <para>Nothing is read from the device, but with a <see cref="Scaler"/>. Convolutions and linear layers compute in the given precision, their backward pass follows by itself; loss, gradients and
/// updates are float32. Network, optimiser, loss and hooks stay the caller's. Not thread-safe.</para>
/// <para>Several batches may be added before an update: then the gradient is that of their mean loss, each weighing what it has in the mean (its pictures; with class weights the sum of their
/// weights), to rounding that of one large batch. Batch normalisation still sees each batch by itself. Reduce, over replicas, has nothing to do: there is one.</para>
/// </remarks>
/// <param name="network">On the device where it learns.</param>
/// <param name="optimiser">Of its parameters.</param>
/// <param name="preprocessing">Gives mean and deviation of the network's input.</param>
/// <param name="precision">What the network computes in.</param>
/// <param name="loss">What is made small.</param>
internal sealed class TrainStep(Network network, Optimiser optimiser, Preprocessing preprocessing, Precision precision, TrainingLoss loss)
{
    private double first, total;        // masses of the update's batches: the first one's, all of them

    /// <summary>Hang in the step, in this order.</summary>
    public IReadOnlyList<TrainingHook> Hooks { get; init; } = [];

    /// <summary>Batches an update, 1 (default) or more; an update may come earlier.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>What the norm of all gradients together is cut down to before the update; null (default): nothing is.</summary>
    public double? MaximumNorm { get; init; }

    /// <summary>Scales the loss in float16; null (default): nothing does.</summary>
    public GradientScaler? Scaler { get; init; }

    /// <summary>Which batch normalisation, by its path, uses and records the batch's statistics; null (default): all do.</summary>
    public Predicate<string>? NormalisesByBatch { get; init; }

    /// <summary>Whether batches have been added since the last update.</summary>
    public bool IsPending { get; private set; }

    /// <summary>Forward, loss and backward of a batch. In the caller's dispose scope.</summary>
    /// <param name="pictures">(N, 3, S, S), uint8, as <see cref="NetworkInput.From"/> takes them.</param>
    /// <param name="labels">(N), int64, in the computer's memory.</param>
    /// <param name="at">Epochs and batches done before it.</param>
    public StepResult Add(Tensor pictures, Tensor labels, TrainingPosition at = default)
    {
        var targets = new Targets(labels.to(network.Device.Torch, non_blocking: true));
        var input = NetworkInput.From(pictures, preprocessing, network.Device, Hooks.Any(hook => hook.ChangesPictures) ? Precision.Fp32 : precision);
        if (Hooks.Count > 0) Prepare(ref input, ref targets, at);
        var logits = Forward(input);
        var mean = loss.Of(logits, targets);
        var weight = Weight(labels, targets) * (Scaler?.Scale ?? 1);
        (weight == 1 && Scaler is null ? mean : mean.mul(weight)).backward();
        IsPending = true;
        return new(logits, targets.Labels, mean, input);
    }

    /// <summary>Moves the weights by the gradients of the batches added since the last update, and forgets the gradients.</summary>
    /// <param name="rate">The learning rate.</param>
    public void Update(double rate)
    {
        if (Accumulate > 1 && total != Accumulate * first) Gradients.Multiply(network.Parameters, Accumulate * first / total);
        var taken = optimiser.Step(rate, Scaler?.Scale, MaximumNorm);
        Scaler?.Update(taken);
        optimiser.ClearGradients();
        (IsPending, first, total) = (false, 0, 0);
        foreach (var hook in Hooks) hook.Updated();
    }

    /// <summary>A batch and an update of its own.</summary>
    /// <returns>Pictures.</returns>
    public long Run(Tensor pictures, Tensor labels, double rate)
    {
        using var scope = NewDisposeScope();
        _ = Add(pictures, labels);
        Update(rate);
        return labels.shape[0];
    }

    private void Prepare(ref Tensor input, ref Targets targets, TrainingPosition at)
    {
        using var quiet = no_grad();
        foreach (var hook in Hooks) (input, targets) = hook.Prepare(input, targets, network.Classes, at);
    }

    private Tensor Forward(Tensor input)
    {
        using var lower = MixedPrecision.Enter(network.Device, precision);
        return network.Forward(input, new Pass(Training: true, MemoryEfficient: network.MemoryEfficient, NormalisesByBatch: NormalisesByBatch)).to(ScalarType.Float32);
    }

    // As if all batches of the update were as large as its first: what they lack is made good at its end.
    private double Weight(Tensor labels, Targets targets)
    {
        if (Accumulate == 1) return 1;
        var mass = loss.Mass(labels.data<long>().ToArray(), isMixed: targets.Shares is not null);
        if (!IsPending) first = mass;
        total += mass;
        return mass / (Accumulate * first);
    }
}
