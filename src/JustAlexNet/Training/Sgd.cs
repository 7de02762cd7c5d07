using JustAlexNet.Runtime.Native;
using JustAlexNet.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>Stochastic gradient descent with momentum: the update of <c>torch.optim.SGD</c>, value for value (float64: to 1e-12).</summary>
/// <remarks>
/// For a parameter p with gradient g: g += weightDecay p; v = g in the first step, else momentum v + g; p -= rate (g + momentum v) with Nesterov,
/// rate v without. Source: Sutskever et al., ICML 2013, in PyTorch's form (the rate multiplies the velocity when it is applied, not when it is stored).
/// One fused pass over all parameters (<c>aten::_fused_sgd_</c>) where libtorch offers it, else a few small operations a tensor. The velocities are
/// allocated at once, below the activations that come and go. State stays on the device and in the dtype of the parameters, 4 bytes a value in float32. Not thread-safe.
/// </remarks>
public sealed class Sgd : IDisposable
{
    private readonly IReadOnlyList<KeyValuePair<string, Tensor>> parameters;
    private readonly Tensor?[] velocity;
    private readonly bool[] moving;         // whether a step or a checkpoint has set the velocity
    private readonly double momentum, weightDecay;
    private readonly bool nesterov;
    private readonly IReadOnlyList<double>? rateFactors;

    /// <summary>An optimiser without velocity yet.</summary>
    /// <param name="parameters">What learns, with names; the tensors stay the caller's.</param>
    /// <param name="momentum">Share of the velocity that stays, 0 (no velocity is kept) to below 1.</param>
    /// <param name="weightDecay">L2 penalty added to the gradient, 0 or more.</param>
    /// <param name="nesterov">Looks ahead along the velocity; needs momentum.</param>
    /// <param name="rateFactors">What each parameter's learning rate is multiplied by, in their order, as parameter groups in PyTorch; null: 1 for all.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    /// <exception cref="ArgumentException">There is not one factor a parameter.</exception>
    public Sgd(
        IReadOnlyList<KeyValuePair<string, Tensor>> parameters, double momentum = 0.9, double weightDecay = 5e-4, bool nesterov = true, IReadOnlyList<double>? rateFactors = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (momentum is not (>= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "expected 0 to below 1");
        if (!(weightDecay >= 0) || !double.IsFinite(weightDecay)) throw new ArgumentOutOfRangeException(nameof(weightDecay), weightDecay, "expected 0 or more");
        if (rateFactors is not null && rateFactors.Count != parameters.Count) throw new ArgumentException($"expected {parameters.Count} factors, received {rateFactors.Count}", nameof(rateFactors));
        this.rateFactors = rateFactors;
        (this.parameters, this.momentum, this.weightDecay, this.nesterov) = (parameters, momentum, weightDecay, nesterov && momentum > 0);
        velocity = new Tensor?[parameters.Count];
        moving = new bool[parameters.Count];
        if (momentum == 0) return;
        using var quiet = no_grad();
        for (var i = 0; i < velocity.Length; i++) velocity[i] = zeros_like(parameters[i].Value).DetachFromDisposeScope();
    }

    /// <summary>One update from the gradients that the parameters hold; a parameter without gradient stays. The gradients are used up: call <see cref="ClearGradients"/> next.</summary>
    /// <param name="rate">The learning rate, 0 or more.</param>
    /// <param name="gradientScale">What the gradients were multiplied by (<see cref="GradientScaler"/>): they are divided by it first. Null (default): by nothing.</param>
    /// <returns>False where a gradient was not finite: then nothing has changed. Looked at only with a scale, where the host waits for the device.</returns>
    public bool Step(double rate, double? gradientScale = null)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var triples = new List<(Tensor Parameter, Tensor Gradient, Tensor? Velocity, double Factor)>(velocity.Length);
        for (var i = 0; i < velocity.Length; i++)
        {
            var parameter = parameters[i].Value;
            if (parameter.grad is not { } gradient) continue;
            moving[i] = true;
            triples.Add((parameter, Like(parameter, gradient), velocity[i], rateFactors?[i] ?? 1));
        }
        if (gradientScale is { } scale && !Unscale(triples.Select(t => t.Gradient), scale)) return false;
        foreach (var group in triples.GroupBy(t => t.Factor))
        {
            if (FusedSgd.Works(group.First().Parameter))
                FusedSgd.Step([.. group.Select(t => (t.Parameter, t.Gradient, t.Velocity))], rate * group.Key, momentum, weightDecay, nesterov);
            else
                StepOneByOne(group.Select(t => (t.Parameter, t.Gradient, t.Velocity)), rate * group.Key);
        }
        return true;
    }

    // The fused step walks through memory: gradient and parameter must lie in the same order.
    private static Tensor Like(Tensor parameter, Tensor gradient) =>
        SameOrder(parameter.shape, parameter.stride(), gradient.stride()) && gradient.dtype == parameter.dtype ? gradient : empty_like(parameter).copy_(gradient);

    // The step along an axis of length 1 says nothing.
    private static bool SameOrder(long[] shape, long[] left, long[] right)
    {
        for (var i = 0; i < shape.Length; i++)
            if (shape[i] > 1 && left[i] != right[i]) return false;
        return true;
    }

    private static bool Unscale(IEnumerable<Tensor> gradients, double scale)
    {
        using Scalar back = 1 / scale;
        Tensor? finite = null;
        foreach (var gradient in gradients)
        {
            var fine = gradient.mul_(back).isfinite().all();
            finite = finite is null ? fine : finite.logical_and(fine);
        }
        return finite?.cpu().item<bool>() ?? true;
    }

    private void StepOneByOne(IEnumerable<(Tensor Parameter, Tensor Gradient, Tensor? Velocity)> triples, double rate)
    {
        using Scalar decay = weightDecay, kept = momentum, back = -rate;
        foreach (var (parameter, gradient, speed) in triples)
        {
            if (weightDecay != 0) _ = gradient.add_(parameter, decay);
            if (speed is not null)
            {
                _ = speed.mul_(kept).add_(gradient);
                if (nesterov) _ = gradient.add_(speed, kept);
            }
            _ = parameter.add_(nesterov || speed is null ? gradient : speed, back);
        }
    }

    /// <summary>Forgets the gradients; their memory is free for the next step.</summary>
    public void ClearGradients()
    {
        foreach (var (_, parameter) in parameters)
        {
            using var gradient = parameter.grad;
            if (gradient is not null) parameter.grad = null;
        }
    }

    /// <summary>The state as <c>torch.optim.SGD.state_dict()</c> gives it. The tensors in it stay the optimiser's.</summary>
    /// <param name="rate">The learning rate of the last step, recorded as <c>lr</c>.</param>
    public PickleDictionary ToStateDictionary(double rate)
    {
        var state = new PickleDictionary();
        for (var i = 0; i < velocity.Length; i++)
            if (moving[i] && velocity[i] is { } speed)
                state[i] = new PickleDictionary { { "momentum_buffer", speed } };
        var group = new PickleDictionary
        {
            { "lr", rate }, { "momentum", momentum }, { "dampening", 0L }, { "weight_decay", weightDecay }, { "nesterov", nesterov },
            { "maximize", false }, { "foreach", null }, { "differentiable", false }, { "fused", null },
            { "params", Enumerable.Range(0, velocity.Length).Select(i => (object?)(long)i).ToList() },
        };
        return new PickleDictionary { { "state", state }, { "param_groups", new List<object?> { group } } };
    }

    /// <summary>Takes the velocities of a state dictionary of this form over; momentum, decay and rate are the caller's affair.</summary>
    /// <param name="dictionary">As <see cref="ToStateDictionary"/> or PyTorch writes it.</param>
    /// <param name="source">The file, named in errors.</param>
    /// <exception cref="WeightsException">It has another form, or a buffer's shape is not its parameter's.</exception>
    public void LoadStateDictionary(PickleDictionary dictionary, string source)
    {
        ArgumentNullException.ThrowIfNull(dictionary);
        using var quiet = no_grad();
        var state = dictionary.Require<PickleDictionary>("state", source);
        for (var i = 0; i < velocity.Length; i++)
        {
            moving[i] = false;
            _ = velocity[i]?.fill_(0);       // not zero_(), which returns another tensor in TorchSharp 0.107
            if (!state.TryGetValue(i, out var entry)) continue;
            if (entry is not PickleDictionary slots) throw Unfit(source, i, "is not a dictionary");
            if (!slots.TryGetValue("momentum_buffer", out var stored) || stored is null) continue;
            if (stored is not StoredTensor buffer) throw Unfit(source, i, "is not a tensor");
            var (name, parameter) = parameters[i];
            if (!buffer.Shape.SequenceEqual(parameter.shape))
                throw Unfit(source, i, $"has the shape ({string.Join(", ", buffer.Shape)}), {name} has ({string.Join(", ", parameter.shape)})");
            using var values = buffer.ToTensor();
            _ = velocity[i]?.copy_(values);
            moving[i] = true;
        }
    }

    /// <summary>Frees the velocities.</summary>
    public void Dispose()
    {
        foreach (var speed in velocity) speed?.Dispose();
    }

    private static WeightsException Unfit(string source, int index, string why) =>
        new($"The optimiser's state in {source} does not fit: the momentum buffer of parameter {index} {why}.\nResume with the model that the checkpoint was made with.") { Path = source };
}
