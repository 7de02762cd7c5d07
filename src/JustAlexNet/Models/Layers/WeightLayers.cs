using JustAlexNet.Models.Folding;
using JustAlexNet.Runtime;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace JustAlexNet.Models.Layers;

/// <summary>How torchvision draws the first weights of a convolution.</summary>
internal enum ConvolutionStart
{
    /// <summary>PyTorch's default: uniform within 1/sqrt(fan in) (kaiming_uniform with a = sqrt 5), bias likewise. AlexNet.</summary>
    Uniform,

    /// <summary>Normal with deviation sqrt(2 / fan out). ResNet.</summary>
    NormalByFanOut,

    /// <summary>Normal with deviation sqrt(2 / fan in). DenseNet.</summary>
    NormalByFanIn,
}

/// <summary>Two-dimensional convolution: (N, inputs, H, W) to (N, outputs, H', W'), H' = (H + 2 pad - kernel) / stride + 1 rounded down.</summary>
internal sealed class Convolution(int inputs, int outputs, int kernel, int stride = 1, int pad = 0, bool bias = true, ConvolutionStart start = ConvolutionStart.Uniform) : Layer
{
    private readonly long[] strides = [stride, stride], padding = [pad, pad];
    private readonly StateSlot weight = new(NewChannelsLast(outputs, inputs, kernel), trainable: true);
    private readonly StateSlot? offset = bias ? new(empty(outputs), trainable: true) : null;

    public override IEnumerable<(string Name, StateSlot Slot)> Slots => offset is null ? [("weight", weight)] : [("weight", weight), ("bias", offset)];

    /// <summary>(outputs, inputs, kernel, kernel), for those who convolve themselves.</summary>
    public Tensor Weight => weight.Value;

    /// <summary>Pixels from one place of the window to the next.</summary>
    public int Stride => stride;

    /// <summary>Zeros on every side.</summary>
    public int Pad => pad;

    public override void Initialise(Generator generator)
    {
        var (fanIn, fanOut) = (inputs * kernel * kernel, outputs * kernel * kernel);
        switch (start)
        {
            case ConvolutionStart.Uniform:
                Fill.Uniform(weight, 1 / Math.Sqrt(fanIn), generator);
                if (offset is not null) Fill.Uniform(offset, 1 / Math.Sqrt(fanIn), generator);
                break;
            case ConvolutionStart.NormalByFanOut: Fill.Normal(weight, Math.Sqrt(2.0 / fanOut), generator); break;
            case ConvolutionStart.NormalByFanIn: Fill.Normal(weight, Math.Sqrt(2.0 / fanIn), generator); break;
        }
    }

    public override Extent Count(Extent input, ActivationCount count) => count.Make(input, input.Windowed(outputs, kernel, stride, pad));

    public override GraphNode Describe(GraphNode input) => new ConvolutionNode(input, weight.Value, offset?.Value, stride, pad);

    protected override Tensor Forward(Tensor input, Pass pass) =>
        kernel == 1 && pad == 0 && PointwiseConvolution.IsProduct(input, stride, pass) ? PointwiseConvolution.Apply(input, weight.Value, offset?.Value, stride)
            : functional.conv2d(input, weight.Value, offset?.Value, strides, padding);

    private static Tensor NewChannelsLast(int outputs, int inputs, int kernel)
    {
        TorchRuntime.Prepare();
        using var dense = empty(outputs, kernel, kernel, inputs);      // not reordered: nobody has touched it yet, and the system gives memory where it is touched
        return dense.permute(0, 3, 1, 2);
    }
}

/// <summary>x W' + b: (N, inputs) to (N, outputs).</summary>
/// <param name="inputs">Features in.</param>
/// <param name="outputs">Features out.</param>
/// <param name="zeroBias">The bias starts at 0 (DenseNet) instead of uniform within 1/sqrt(inputs).</param>
internal sealed class Linear(int inputs, int outputs, bool zeroBias = false) : Layer
{
    private readonly StateSlot weight = new(empty(outputs, inputs), trainable: true);
    private readonly StateSlot bias = new(empty(outputs), trainable: true);

    public override IEnumerable<(string Name, StateSlot Slot)> Slots => [("weight", weight), ("bias", bias)];

    public override void Initialise(Generator generator)
    {
        Fill.Uniform(weight, 1 / Math.Sqrt(inputs), generator);
        if (zeroBias) Fill.Constant(bias, 0);
        else Fill.Uniform(bias, 1 / Math.Sqrt(inputs), generator);
    }

    public override Extent Count(Extent input, ActivationCount count) => count.Make(input, new(outputs, 1, 1));

    public override GraphNode Describe(GraphNode input) => new LinearNode(input, weight.Value, bias.Value);

    protected override Tensor Forward(Tensor input, Pass pass) => functional.linear(input, weight.Value, bias.Value);
}

/// <summary>
/// Batch normalisation (Ioffe and Szegedy, arXiv 1502.03167): epsilon 1e-5, running statistics with momentum 0.1 and the unbiased variance, as PyTorch's BatchNorm2d.
/// </summary>
internal sealed class BatchNormalisation(int channels) : Layer
{
    public const double Momentum = 0.1, Epsilon = 1e-5;

    private readonly StateSlot scale = new(ones(channels), trainable: true), shift = new(zeros(channels), trainable: true);
    private readonly StateSlot mean = new(zeros(channels), trainable: false), variance = new(ones(channels), trainable: false);
    private readonly StateSlot batches = new(tensor(0L), trainable: false);

    public override IEnumerable<(string Name, StateSlot Slot)> Slots =>
        [("weight", scale), ("bias", shift), ("running_mean", mean), ("running_var", variance), ("num_batches_tracked", batches)];

    /// <summary>Number of channels C.</summary>
    public int Channels => channels;

    /// <summary>(C), gamma, beta, and the running statistics, for those who normalise themselves.</summary>
    public Tensor Scale => scale.Value;

    /// <inheritdoc cref="Scale"/>
    public Tensor Shift => shift.Value;

    /// <inheritdoc cref="Scale"/>
    public Tensor RunningMean => mean.Value;

    /// <inheritdoc cref="Scale"/>
    public Tensor RunningVariance => variance.Value;

    /// <summary>Steps recorded in the running statistics; a scalar.</summary>
    public Tensor Batches => batches.Value;

    public override void Initialise(Generator generator)
    {
        foreach (var (slot, value) in new[] { (scale, 1.0), (shift, 0), (mean, 0), (variance, 1), (batches, 0) }) Fill.Constant(slot, value);
    }

    /// <summary>As PyTorch; libtorch itself would go on and leave a running variance that is not a number.</summary>
    /// <exception cref="ArgumentException">The input has a single value a channel.</exception>
    public void RequireSeveralValues(Tensor input)
    {
        if (input.numel() == channels)
            throw new ArgumentException($"{Path}: batch normalisation needs more than one value a channel in training, received ({string.Join(", ", input.shape)}): use a larger batch or larger pictures", nameof(input));
    }

    public override Extent Count(Extent input, ActivationCount count) => count.Make(input, input);

    public override GraphNode Describe(GraphNode input)
    {
        var (gamma, beta, centre, spread) = (Values(scale), Values(shift), Values(mean), Values(variance));
        double[] slope = [.. gamma.Select((value, c) => value / Math.Sqrt(spread[c] + Epsilon))];
        return new ScaleShiftNode(input, slope, [.. beta.Select((value, c) => value - centre[c] * slope[c])]);

        static double[] Values(StateSlot slot)
        {
            using var plain = slot.Value.detach();
            using var wide = plain.to(ScalarType.Float64);
            return wide.data<double>().ToArray();
        }
    }

    protected override Tensor Forward(Tensor input, Pass pass)
    {
        var byBatch = pass.Training && pass.NormalisesByBatch?.Invoke(Path) != false;
        if (byBatch)
        {
            RequireSeveralValues(input);
            using var quiet = no_grad();
            _ = batches.Value.add_(1);
        }
        return functional.batch_norm(input, mean.Value, variance.Value, scale.Value, shift.Value, byBatch, Momentum, Epsilon);
    }
}

/// <summary>Fills state in place, without recording gradients.</summary>
internal static class Fill
{
    /// <summary>Uniform in [-bound, bound).</summary>
    public static void Uniform(StateSlot slot, double bound, Generator generator)
    {
        using var scope = no_grad();
        InPlainOrder(slot, value => value.uniform_(-bound, bound, generator));
    }

    /// <summary>Normal with mean 0.</summary>
    public static void Normal(StateSlot slot, double deviation, Generator generator)
    {
        using var scope = no_grad();
        InPlainOrder(slot, value => value.normal_(0, deviation, generator));
    }

    public static void Constant(StateSlot slot, double value)
    {
        using var scope = no_grad();
        _ = slot.Value.fill_(value);
    }

    // Drawn in NCHW order and copied, so that a seed gives the same network whatever the memory layout.
    private static void InPlainOrder(StateSlot slot, Func<Tensor, Tensor> draw)
    {
        using var values = empty(slot.Value.shape);
        _ = draw(values);
        _ = slot.Value.copy_(values);
    }
}
