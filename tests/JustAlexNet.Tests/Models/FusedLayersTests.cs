using JustAlexNet.Models.Layers;
using JustAlexNet.Runtime;
using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Models.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class FusedLayersTests
{
    private static readonly Func<Layer> Pooled = () => new Chain(new BatchNormalisation(16), new Relu(), new MaxPool(3, stride: 2, pad: 1));

    // Chains whose plain and fused forms are compared; every one has layers that are computed together.
    private static readonly Dictionary<string, Func<Layer>> Chains = new()
    {
        ["normalised"] = () => new Chain(new BatchNormalisation(16), new Relu()),
        ["pooled 3/2/1"] = Pooled,
        ["pooled 3/2/0"] = () => new Chain(new BatchNormalisation(16), new Relu(), new MaxPool(3, stride: 2)),
        ["pooled 2/2/0"] = () => new Chain(new BatchNormalisation(16), new Relu(), new MaxPool(2, stride: 2)),
        ["pooled 3/1/1"] = () => new Chain(new BatchNormalisation(24), new Relu(), new MaxPool(3, stride: 1, pad: 1)),
        ["pooled 5/3/2"] = () => new Chain(new BatchNormalisation(16), new Relu(), new MaxPool(5, stride: 3, pad: 2)),
    };

    public static TheoryData<string, bool> Forms => [.. from name in Chains.Keys from frozen in new[] { false, true } select new TheoryDataRow<string, bool>(name, frozen)];

    [Theory, MemberData(nameof(Forms))]
    public void Gradients_and_running_statistics_agree_with_the_plain_form(string chain, bool frozen)
    {
        var plain = Learn(Chains[chain](), ScalarType.Float64, frozen);         // float64 takes the plain form
        var fused = Learn(Chains[chain](), ScalarType.Float32, frozen);
        Assert.Equal(plain.Keys, fused.Keys);
        foreach (var (name, expected) in plain) Same.Within(1e-5, expected, fused[name], name);
    }

    [Theory]
    [InlineData("resnet18", false), InlineData("resnet18", true)]
    [InlineData("densenet121", false)]
    [InlineData("alexnet", false)]
    public void Networks_agree_with_their_plain_form(string model, bool frozen)
    {
        var plain = Learn(model, ScalarType.Float64, frozen);
        var fused = Learn(model, ScalarType.Float32, frozen);
        Assert.Equal(plain.Keys, fused.Keys);
        foreach (var (name, expected) in plain.Where(e => !IsGradient(e.Key))) Same.Within(1e-4, expected, fused[name], name);
        var (wanted, got) = (plain.Where(e => IsGradient(e.Key)).SelectMany(e => e.Value).ToArray(), fused.Where(e => IsGradient(e.Key)).SelectMany(e => e.Value).ToArray());
        var error = Math.Sqrt(wanted.Zip(got, (a, b) => (a - b) * (a - b)).Sum() / wanted.Sum(a => a * a));
        Assert.True(error < (frozen ? 1e-4 : 1e-2), $"gradients differ by {error:R} of their norm");        // a rectifier that rounding opens changes what lies before it
        if (model == "resnet18" && !frozen) Assert.NotEqual(Learn(model, ScalarType.Float32, frozen, fuses: false)["logits"], fused["logits"]);      // they are two computations
    }

    [Theory]
    [InlineData("resnet18")]
    [InlineData("alexnet")]
    public void In_bfloat16_they_stay_near_the_plain_form(string model)
    {
        var plain = Learn(model, ScalarType.Float64);
        var fused = Learn(model, ScalarType.Float32, precision: Precision.Bf16);
        Same.Within(0.1, plain["logits"], fused["logits"], "logits");
    }

    [Theory]
    [InlineData("resnet18"), InlineData("alexnet"), InlineData("densenet121")]
    public void In_evaluation_mode_they_give_the_plain_forms_logits(string model)
    {
        using var network = ModelCatalogue.Find(model)!.Create(7, seed: 3);
        using var pictures = Reference.Pictures(2, 96, ScalarType.Float32);
        using var quiet = no_grad();
        using var plain = network.Forward(pictures, new Pass(Training: false) { Fuses = false });
        using var fused = network.Forward(pictures);
        Same.Within(1e-5, Same.Doubles(plain), Same.Doubles(fused), "logits");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Results_do_not_depend_on_the_number_of_threads(int threads)
    {
        var before = TorchRuntime.Threads;
        var expected = Learn(Pooled(), ScalarType.Float32, frozen: false);
        TorchRuntime.Threads = threads;
        try
        {
            var other = Learn(Pooled(), ScalarType.Float32, frozen: false);
            foreach (var (name, values) in expected) Assert.Equal(values, other[name]);
        }
        finally
        {
            TorchRuntime.Threads = before;
        }
    }

    [Fact]
    public void Of_equal_values_the_first_gets_the_gradient()
    {
        using var scope = NewDisposeScope();
        var pass = new Pass(Training: true, NormalisesByBatch: _ => false);
        using var graph = pass.Graph;
        var input = Layout.ChannelsLast(ones(1, 8, 4, 4)).requires_grad_(true);
        new Chain(Unchanging(), new Relu(), new MaxPool(2, stride: 2)).Apply(input, pass).sum().backward();
        Assert.Equal([1f, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0], [.. input.grad![0, 3].flatten().data<float>().Select(value => MathF.Round(value, 3))]);
    }

    [Fact]
    public void What_is_not_a_number_stays_one()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var input = Layout.ChannelsLast(zeros(1, 8, 4, 4));
        input[0, 2, 1, 1] = float.NaN;
        var output = new Chain(Unchanging(), new Relu(), new MaxPool(2, stride: 2)).Apply(input, new Pass(Training: false));
        Assert.Equal([float.NaN, 0f, 0, 0], output[0, 2].flatten().data<float>());
    }

    [Fact]
    public void What_is_not_a_number_passes_backward_too()
    {
        using var scope = NewDisposeScope();
        var pass = new Pass(Training: true);
        using var graph = pass.Graph;
        var input = Layout.ChannelsLast(full([2, 8, 4, 4], float.NaN)).requires_grad_(true);
        new Chain(new BatchNormalisation(8), new Relu(), new BatchNormalisation(8), new Relu()).Apply(input, pass).sum().backward();
        Assert.All(input.grad!.flatten().data<float>().ToArray(), value => Assert.Equal(float.NaN, value));
    }

    // Its running statistics are mean 0 and variance 1.
    private static BatchNormalisation Unchanging() => new(8);

    private static bool IsGradient(string name) => name.StartsWith("gradient", StringComparison.Ordinal);

    private static Dictionary<string, double[]> Learn(Layer layer, ScalarType type, bool frozen)
    {
        using var scope = NewDisposeScope();
        layer.Name("layer");
        var state = layer.Tree().SelectMany(inner => inner.Slots.Select(slot => (Name: $"{inner.Path}.{slot.Name}", slot.Slot))).ToList();
        using var random = new Generator(6);
        foreach (var (name, slot) in state.Where(slot => slot.Slot.Value.is_floating_point()))
        {
            using var quiet = no_grad();
            var drawn = (slot.Value + 0.5 * rand(slot.Value.shape, generator: random) - (name.EndsWith("weight", StringComparison.Ordinal) ? 0.9 : 0)).to(type, copy: true);      // some slopes fall
            slot.Replace(drawn.detach().requires_grad_(slot.Trainable).DetachFromDisposeScope());
        }
        var input = randn([4, state[0].Slot.Value.shape[0], 13, 10], generator: random).to(type, copy: true).requires_grad_(true);
        var pass = new Pass(Training: true, NormalisesByBatch: frozen ? _ => false : null);
        using var graph = pass.Graph;
        var output = layer.Apply(Layout.ChannelsLast(input), pass);
        var slope = randn(output.shape, generator: random).to(type);
        output.mul(slope).sum().backward();
        var values = new Dictionary<string, double[]> { ["output"] = Same.Doubles(output), ["gradient of the input"] = Same.Doubles(input.grad!) };
        foreach (var (name, slot) in state)
        {
            values[slot.Trainable ? $"gradient of {name}" : name] = Same.Doubles(slot.Trainable ? slot.Value.grad! : slot.Value);
            slot.Value.grad?.Dispose();
            slot.Value.Dispose();
        }
        return values;
    }

    private static Dictionary<string, double[]> Learn(string model, ScalarType type, bool frozen = false, Precision precision = Precision.Fp32, bool fuses = true)
    {
        using var scope = NewDisposeScope();
        using var network = ModelCatalogue.Find(model)!.Create(7, seed: 3);
        network.FusesLayers = fuses;
        network.ConvertTo(type);
        using var pictures = Reference.Pictures(5, 96, type);
        using var labels = tensor([3L, 1, 4, 1, 5]);
        RandomState.Seed(9);
        Tensor logits;
        using (MixedPrecision.Enter(network.Device, precision))
            logits = network.Forward(pictures, new Pass(Training: model != "alexnet", NormalisesByBatch: frozen ? _ => false : null)).to(type);
        nn.functional.cross_entropy(logits, labels).backward();
        var values = new Dictionary<string, double[]> { ["logits"] = Same.Doubles(logits) };
        foreach (var (name, value) in network.Parameters) values[$"gradient of {name}"] = Same.Doubles(value.grad!);
        foreach (var (name, value) in network.State.Where(e => e.Key.Contains("running", StringComparison.Ordinal))) values[name] = Same.Doubles(value);
        return values;
    }
}
