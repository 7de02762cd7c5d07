using JustAlexNet.Models.Layers;
using JustAlexNet.Runtime;
using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Models.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class FusedDenseBlockTests
{
    [Theory]
    [InlineData(false, false), InlineData(true, false)]
    [InlineData(false, true), InlineData(true, true)]
    public void Gradients_and_running_statistics_agree_with_the_plain_form(bool memoryEfficient, bool products)
    {
        SkipWhereConvolutionsAreWrong(products);
        var plain = LearnBlock(ScalarType.Float64, memoryEfficient: false, products: false);         // float64 takes the plain form
        var fused = LearnBlock(ScalarType.Float32, memoryEfficient, products);
        Assert.Equal(plain.Keys, fused.Keys);
        foreach (var (name, expected) in plain) Same.Within(1e-5, expected, fused[name], name);
        Assert.Contains(plain, e => !e.Value.SequenceEqual(fused[e.Key]));          // they are two computations
    }

    [Fact]
    public void Saving_memory_changes_no_bit() =>
        Assert.Equal(Learn(ScalarType.Float32).SelectMany(e => e.Value), Learn(ScalarType.Float32, memoryEfficient: true).SelectMany(e => e.Value));

    [Fact]
    public void In_evaluation_mode_it_gives_the_plain_forms_logits()
    {
        using var network = ModelCatalogue.Find("densenet121")!.Create(7, seed: 3);
        using var pictures = Reference.Pictures(2, 64, ScalarType.Float32);
        using var plain = network.Forward(pictures);            // records gradients, so block by block
        using var quiet = no_grad();
        using var fused = network.Forward(pictures);
        Same.Within(1e-5, Same.Doubles(plain), Same.Doubles(fused), "logits");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Results_do_not_depend_on_the_number_of_threads_by_more_than_rounding(int threads)
    {
        var before = TorchRuntime.Threads;
        var expected = Learn(ScalarType.Float32)["logits"];
        TorchRuntime.Threads = threads;
        try
        {
            Same.Within(1e-4, expected, Learn(ScalarType.Float32)["logits"], "logits");
        }
        finally
        {
            TorchRuntime.Threads = before;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void In_bfloat16_it_stays_near_the_plain_form(bool products)
    {
        SkipWhereConvolutionsAreWrong(products);
        var plain = Learn(ScalarType.Float64);
        var fused = Learn(ScalarType.Float32, precision: Precision.Bf16, products: products);
        Same.Within(0.1, plain["logits"], fused["logits"], "logits");
        Assert.NotEqual(Learn(ScalarType.Float32)["logits"], fused["logits"]);
    }

    private static void SkipWhereConvolutionsAreWrong(bool products) =>
        Assert.SkipWhen(!products && ProcessorFeatures.HidesCaches, "libtorch's own 1 x 1 convolutions are wrong on a processor that hides its caches.");

    private static Dictionary<string, double[]> LearnBlock(ScalarType type, bool memoryEfficient, bool products)
    {
        using var scope = NewDisposeScope();
        var block = new DenseBlock([.. Enumerable.Range(0, 3).Select(i => new DenseLayer(16 + 8 * i, bottleneck: 32, growth: 8))]);
        block.Name("block");
        using (var generator = new Generator(5))
            foreach (var layer in block.Tree()) layer.Initialise(generator);
        var state = block.Tree().SelectMany(layer => layer.Slots.Select(slot => (Name: $"{layer.Path}.{slot.Name}", slot.Slot))).ToList();
        foreach (var (_, slot) in state)
        {
            var converted = slot.Value.is_floating_point() ? slot.Value.to(type, copy: true) : slot.Value.clone();
            slot.Replace(converted.requires_grad_(slot.Trainable));
        }
        using var random = new Generator(6);
        var input = randn([4, 16, 12, 10], generator: random).to(type, copy: true).requires_grad_(true);
        var slope = randn([4, 40, 12, 10], generator: random).to(type);
        var pass = new Pass(Training: true, MemoryEfficient: memoryEfficient, Products: products);
        using var graph = pass.Graph;
        var output = block.Apply(Layout.ChannelsLast(input), pass);
        output.mul(slope).sum().backward();
        var values = new Dictionary<string, double[]> { ["output"] = Same.Doubles(output), ["gradient of the input"] = Same.Doubles(input.grad!) };
        foreach (var (name, slot) in state) values[slot.Trainable ? $"gradient of {name}" : name] = Same.Doubles(slot.Trainable ? slot.Value.grad! : slot.Value);
        return values;
    }

    private static Dictionary<string, double[]> Learn(ScalarType type, bool memoryEfficient = false, Precision precision = Precision.Fp32, bool? products = null)
    {
        using var scope = NewDisposeScope();
        using var network = ModelCatalogue.Find("densenet121")!.Create(7, seed: 3);
        network.MemoryEfficient = memoryEfficient;
        network.PointwiseProducts = products;
        network.ConvertTo(type);
        using var pictures = Reference.Pictures(5, 64, type);
        using var labels = tensor([3L, 1, 4, 1, 5]);
        Tensor logits;
        using (MixedPrecision.Enter(network.Device, precision)) logits = network.Forward(pictures, training: true).to(type);
        nn.functional.cross_entropy(logits, labels).backward();
        var values = new Dictionary<string, double[]> { ["logits"] = Same.Doubles(logits) };
        foreach (var (name, value) in network.Parameters) values[$"gradient of {name}"] = Same.Doubles(value.grad!);
        foreach (var (name, value) in network.State.Where(e => e.Key.Contains("running", StringComparison.Ordinal))) values[name] = Same.Doubles(value);
        return values;
    }
}
