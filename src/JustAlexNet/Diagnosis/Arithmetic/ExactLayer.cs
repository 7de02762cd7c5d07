using static TorchSharp.torch;

namespace JustAlexNet.Diagnosis;

/// <summary>The parts of a layer's work that are compared.</summary>
internal enum ArithmeticPart
{
    /// <summary>The result.</summary>
    Output,

    /// <summary>Gradient by the input.</summary>
    DataGradient,

    /// <summary>Gradient by the weight.</summary>
    WeightGradient,

    /// <summary>Gradient by the bias.</summary>
    BiasGradient,
}

/// <summary>Computes a layer in float64, in code that shares nothing with the kernels under test, and compares. Tensors belong to the dispose scope that is open.</summary>
/// <param name="shape">Which layer.</param>
/// <param name="weight">(K, C, k, k), float64, the very values that the layer multiplies by.</param>
/// <param name="bias">(K), likewise; null where there is none.</param>
internal abstract class ExactLayer(LayerShape shape, Tensor weight, Tensor? bias)
{
    private const long ChunkValues = 1 << 22;       // 32 MiB in float64

    protected LayerShape Shape => shape;

    protected Tensor Weight => weight;

    protected Tensor? Bias => bias;

    /// <summary>Compares what a layer gave.</summary>
    /// <param name="input">(N, C, H, W) or (N, C), what it received.</param>
    /// <param name="gradient">Of its result, what it went back with; null where it did not.</param>
    /// <param name="result">What it gave.</param>
    public IReadOnlyDictionary<ArithmeticPart, Deviation> Compare(Tensor input, Tensor? gradient, LayerResult result)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var deviations = new Dictionary<ArithmeticPart, Deviation>();
        Compare(Pixels(input), gradient is null ? null : Pixels(gradient), new(Pixels(result.Output), result.Data is { } data ? Pixels(data) : null, result.Weight?.reshape(weight.shape), result.Bias), Of);
        return deviations;

        Deviation Of(ArithmeticPart part) => deviations.TryGetValue(part, out var known) ? known : deviations[part] = new Deviation();
    }

    /// <summary>The same with four axes everywhere.</summary>
    protected abstract void Compare(Tensor input, Tensor? gradient, LayerResult result, Func<ArithmeticPart, Deviation> of);

    /// <summary>Some pictures of a batch at a time, so that float64 copies stay small.</summary>
    /// <param name="count">Pictures.</param>
    /// <param name="values">Values in float64 that a picture takes.</param>
    protected static IEnumerable<(long First, long Count)> Chunks(long count, long values)
    {
        var most = Math.Max(1, ChunkValues / values);
        for (long first = 0; first < count; first += most) yield return (first, Math.Min(most, count - first));
    }

    /// <summary>(N, K, H, W) to (N H W, K).</summary>
    protected static Tensor Rows(Tensor pixels) => pixels.permute(0, 2, 3, 1).reshape(-1, pixels.shape[1]);

    private static Tensor Pixels(Tensor value) => value.dim() == 4 ? value : value.unsqueeze(-1).unsqueeze(-1);
}

/// <summary>The largest difference of a part so far, and the largest exact value to measure it by.</summary>
internal sealed class Deviation
{
    private double difference, largest;

    /// <summary>The largest difference as a share of the largest exact value; not a number where one of the values is none.</summary>
    public double Error => difference / largest;

    /// <summary>The channel of the largest difference: of the input for the gradient by the input, else of the result.</summary>
    public int Channel { get; private set; }

    /// <summary>Adds values.</summary>
    /// <param name="computed">(places, channels), any dtype.</param>
    /// <param name="exact">The same, float64.</param>
    /// <param name="channels">The channels' numbers; null: 0, 1, 2 ...</param>
    public void Add(Tensor computed, Tensor exact, IReadOnlyList<int>? channels = null)
    {
        using var scope = NewDisposeScope();
        largest = Math.Max(largest, exact.abs().max().item<double>());
        var differences = computed.to(ScalarType.Float64).sub(exact).abs().amax([0]);
        var worst = (int)differences.argmax().item<long>();         // what is not a number counts as the largest
        var value = differences[worst].item<double>();
        if (value <= difference || double.IsNaN(difference)) return;
        (difference, Channel) = (value, channels is null ? worst : channels[worst]);
    }
}
