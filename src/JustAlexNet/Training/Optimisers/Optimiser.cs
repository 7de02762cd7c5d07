using JustAlexNet.Weights;
using static TorchSharp.torch;

namespace JustAlexNet.Training;

/// <summary>Which optimiser moves the weights, and how. Immutable, thread-safe.</summary>
public abstract record OptimiserOptions
{
    private protected OptimiserOptions()
    {
    }

    /// <summary>The name in recipes.</summary>
    public abstract string Name { get; }

    /// <summary>Values that it keeps a weight.</summary>
    internal abstract int ValuesKept { get; }

    /// <summary>Weight decay, 0 or more. Default 5e-4, whatever the optimiser; what it is added to is each optimiser's affair.</summary>
    public double WeightDecay { get; init; } = 5e-4;

    /// <summary>
    /// Leaves parameters of one axis, that is biases and the scale and shift of normalisation, out of the decay (timm's rule; torchvision's <c>--norm-weight-decay 0 --bias-weight-decay 0</c>).
    /// Default false.
    /// </summary>
    public bool NoDecayOnNormAndBias { get; init; }

    /// <summary>Every value that is out of its range, as sentences.</summary>
    internal virtual IEnumerable<string> Faults() =>
        WeightDecay >= 0 && double.IsFinite(WeightDecay) ? [] : [$"{Optimisers.WeightDecay} is {WeightDecay}, expected 0 or more"];

    /// <summary>An optimiser at its beginning; the parameters stay the caller's, who disposes the optimiser.</summary>
    internal abstract Optimiser Create(IReadOnlyList<KeyValuePair<string, Tensor>> parameters, IReadOnlyList<double>? rateFactors = null);
}

/// <summary>Moves parameters by their gradients and keeps what it remembers of earlier ones.</summary>
/// <remarks>
/// State is float32 or whatever dtype the parameters have, on their device and in their memory layout, allocated at once, below the activations that come and go. One fused pass over all
/// parameters where libtorch offers it, else a few small operations a tensor. Not thread-safe.
/// </remarks>
public abstract class Optimiser : IDisposable
{
    private readonly IReadOnlyList<KeyValuePair<string, Tensor>> parameters;
    private readonly ParameterGroups groups;
    private readonly string[] slots;
    private readonly Tensor[][] state;      // by slot, by parameter
    private readonly long[] steps;          // taken of each parameter
    private readonly List<Tensor> counters = [];        // handed out, until the next step

    /// <exception cref="ArgumentOutOfRangeException">The decay is negative or not a number.</exception>
    /// <exception cref="ArgumentException">There is not one factor a parameter.</exception>
    private protected Optimiser(
        IReadOnlyList<KeyValuePair<string, Tensor>> parameters, string[] slots, double weightDecay, IReadOnlyList<double>? rateFactors, bool noDecayOnNormAndBias)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(weightDecay >= 0) || !double.IsFinite(weightDecay)) throw new ArgumentOutOfRangeException(nameof(weightDecay), weightDecay, "expected 0 or more");
        if (rateFactors is not null && rateFactors.Count != parameters.Count) throw new ArgumentException($"expected {parameters.Count} factors, received {rateFactors.Count}", nameof(rateFactors));
        (this.parameters, this.slots) = (parameters, slots);
        groups = new ParameterGroups(parameters, weightDecay, rateFactors, noDecayOnNormAndBias);
        steps = new long[parameters.Count];
        using var quiet = no_grad();
        state = [.. slots.Select(_ => parameters.Select(parameter => zeros_like(parameter.Value).DetachFromDisposeScope()).ToArray())];
    }

    /// <summary>The name in recipes.</summary>
    public abstract string Name { get; }

    /// <summary>Takes small operations a tensor even where libtorch has a fused step. For tests and measurements. Default false.</summary>
    internal bool InSmallOperations { get; init; }

    /// <summary>One update from the gradients that the parameters hold; a parameter without gradient stays. The gradients are used up: call <see cref="ClearGradients"/> next.</summary>
    /// <param name="rate">The learning rate, 0 or more.</param>
    /// <param name="gradientScale">What the gradients were multiplied by (<see cref="GradientScaler"/>): they are divided by it first. Null (default): by nothing.</param>
    /// <param name="maximumNorm">What the norm of all gradients together, as one vector, is cut down to before the update (after the division). Null (default): they are left as they are.</param>
    /// <returns>False where a gradient was not finite: then nothing has changed. Looked at only with a scale, where the host waits for the device.</returns>
    public bool Step(double rate, double? gradientScale = null, double? maximumNorm = null)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var gradients = new Tensor?[parameters.Count];
        for (var i = 0; i < gradients.Length; i++)
            if (parameters[i].Value.grad is { } gradient) gradients[i] = Like(parameters[i].Value, gradient);
        var present = gradients.OfType<Tensor>().ToList();
        if (gradientScale is { } scale && !Gradients.Unscale(present, scale)) return false;
        if (maximumNorm is { } limit) Gradients.Clip(present, limit);
        ForgetCounters();
        foreach (var group in groups.All)
            foreach (var alike in group.Members.Where(i => gradients[i] is not null).GroupBy(i => ++steps[i]))
                Update(new(alike.Key, [.. alike.Select(i => parameters[i].Value)], [.. alike.Select(i => gradients[i]!)], alike), rate * group.RateFactor, group.WeightDecay);
        return true;
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

    /// <summary>The state as <c>state_dict()</c> of its namesake in <c>torch.optim</c> gives it. The tensors in it stay the optimiser's and are valid until its next step or dictionary.</summary>
    /// <param name="rate">The learning rate of the last step, recorded as <c>lr</c>.</param>
    /// <remarks>A group of parameters for every pair of rate factor and decay, in the order in which they first occur; parameters are numbered group by group.</remarks>
    public PickleDictionary ToStateDictionary(double rate)
    {
        var entries = new PickleDictionary();
        ForgetCounters();
        foreach (var (parameter, number) in groups.Numbered.Where(_ => slots.Length > 0))
            if (steps[parameter] > 0) entries[number] = Entry(parameter);
        return new PickleDictionary
        {
            { "state", entries },
            { "param_groups", groups.All.Select(group => (object?)Described(group, rate)).ToList() },
        };
    }

    /// <summary>Takes the state of a dictionary of this form over; rate, decay and other options are the caller's affair.</summary>
    /// <param name="dictionary">As <see cref="ToStateDictionary"/> or PyTorch writes it.</param>
    /// <param name="source">The file, named in errors.</param>
    /// <exception cref="WeightsException">It has another form, is another optimiser's, or a tensor's shape is not its parameter's.</exception>
    public void LoadStateDictionary(PickleDictionary dictionary, string source)
    {
        ArgumentNullException.ThrowIfNull(dictionary);
        using var quiet = no_grad();
        ForgetCounters();
        var entries = dictionary.Require<PickleDictionary>("state", source);
        foreach (var (parameter, number) in groups.NumberedAs(dictionary, source))
        {
            steps[parameter] = 0;
            foreach (var slot in state) _ = slot[parameter].fill_(0);       // not zero_(), which returns another tensor in TorchSharp 0.107
            if (!entries.TryGetValue(number, out var entry)) continue;
            steps[parameter] = entry is PickleDictionary stored ? Load(parameter, number, stored, source) : throw Unfit(source, $"that of parameter {number} is not a dictionary");
        }
    }

    /// <summary>Frees the state.</summary>
    public void Dispose()
    {
        foreach (var tensor in state.SelectMany(slot => slot)) tensor.Dispose();
        ForgetCounters();
        GC.SuppressFinalize(this);
    }

    /// <summary>Parameters that are updated together.</summary>
    /// <param name="Step">Which step of theirs this is, from 1.</param>
    /// <param name="Parameters">What moves.</param>
    /// <param name="Gradients">In their order; may be overwritten.</param>
    /// <param name="Places">Their places among all parameters.</param>
    private protected sealed record Turn(long Step, IReadOnlyList<Tensor> Parameters, IReadOnlyList<Tensor> Gradients, IEnumerable<int> Places);

    /// <summary>Moves some parameters.</summary>
    private protected abstract void Update(Turn turn, double rate, double decay);

    /// <summary>The entries of a group in <c>param_groups</c>, but for rate and members.</summary>
    private protected abstract IEnumerable<(string Key, object? Value)> Described(double decay);

    /// <summary>Whether the state dictionary counts steps under <c>step</c>.</summary>
    private protected virtual bool CountsSteps => false;

    /// <summary>Whether parameters are moved by libtorch's fused step.</summary>
    private protected bool IsFused(Turn turn) => !InSmallOperations && Runtime.Native.FusedOptimisers.Work(turn.Parameters[0]);

    /// <summary>The state of some parameters under a name.</summary>
    private protected IReadOnlyList<Tensor> State(Turn turn, int slot) => [.. turn.Places.Select(i => state[slot][i])];

    /// <summary>A number of steps as a tensor, float32, a scalar; the optimiser's, until the next step.</summary>
    private protected Tensor Counter(long count, Device device)
    {
        using var home = full([], (float)count, dtype: ScalarType.Float32);
        counters.Add(home.to(device, copy: true).DetachFromDisposeScope());
        return counters[^1];
    }

    // A counter of its own each: PyTorch adds 1 to every one in place, and would to a shared one as often as it is shared.
    private PickleDictionary Entry(int parameter)
    {
        var entry = new PickleDictionary();
        if (CountsSteps) entry["step"] = Counter(steps[parameter], parameters[parameter].Value.device);
        for (var slot = 0; slot < slots.Length; slot++) entry[slots[slot]] = state[slot][parameter];
        return entry;
    }

    private PickleDictionary Described(ParameterGroup group, double rate)
    {
        var entry = new PickleDictionary { { "lr", rate * group.RateFactor } };
        foreach (var (key, value) in Described(group.WeightDecay)) entry[key] = value;
        entry["params"] = group.Members.Select(i => (object?)(long)groups.NumberOf(i)).ToList();
        return entry;
    }

    private long Load(int parameter, int number, PickleDictionary stored, string source)
    {
        var known = CountsSteps ? [.. slots, "step"] : slots;
        if (stored.FirstOrDefault(entry => entry.Value is not null && !known.Contains(entry.Key)).Key is { } other) throw Unfit(source, $"parameter {number} has '{other}', which {Name} does not keep");
        var count = !CountsSteps ? 1 : stored.TryGetValue("step", out var value) ? Whole(value) ?? throw Unfit(source, $"'step' of parameter {number} is not a number") : throw Unfit(source, $"parameter {number} has no 'step'");
        for (var slot = 0; slot < slots.Length; slot++)
        {
            if (!stored.TryGetValue(slots[slot], out var held) || held is null)
            {
                if (!CountsSteps) return 0;         // as PyTorch writes a momentum that no step has set yet
                throw Unfit(source, $"parameter {number} has no '{slots[slot]}'");
            }
            if (held is not StoredTensor tensor) throw Unfit(source, $"'{slots[slot]}' of parameter {number} is not a tensor");
            var (name, target) = parameters[parameter];
            if (!tensor.Shape.SequenceEqual(target.shape)) throw Unfit(source, $"'{slots[slot]}' of parameter {number} has the shape ({string.Join(", ", tensor.Shape)}), {name} has ({string.Join(", ", target.shape)})");
            using var values = tensor.ToTensor();
            _ = state[slot][parameter].copy_(values);
        }
        return count;
    }

    private static long? Whole(object? stored)
    {
        if (stored is long or double) return Convert.ToInt64(stored, System.Globalization.CultureInfo.InvariantCulture);
        if (stored is not StoredTensor { Count: 1 } tensor) return null;
        using var value = tensor.ToTensor();
        using var wide = value.to(ScalarType.Float64);
        return (long)wide.item<double>();
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

    private void ForgetCounters()
    {
        foreach (var counter in counters) counter.Dispose();
        counters.Clear();
    }

    private static WeightsException Unfit(string source, string why) =>
        new($"The optimiser's state in {source} does not fit: {why}.\nResume with the model and the optimiser that the checkpoint was made with.") { Path = source };
}
