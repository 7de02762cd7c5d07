using JustAlexNet.Runtime;
using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Models.Layers.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class PointwiseConvolutionTests
{
    /// <summary>Channels in and out, side, stride: those of our networks, and those that oneDNN gets wrong on processors that hide their caches.</summary>
    private static readonly (int, int, int, int)[] Shapes =
        [(64, 128, 16, 2), (128, 256, 9, 2), (256, 512, 8, 2), (256, 512, 14, 2), (64, 128, 7, 1), (512, 128, 4, 1), (1024, 512, 4, 1), (1280, 640, 4, 1), (1792, 896, 4, 1), (1920, 128, 2, 1), (8, 16, 1, 1)];

    public static TheoryData<int, int, int, int, int, bool, bool> Cases
    {
        get
        {
            var cases = new TheoryData<int, int, int, int, int, bool, bool>();
            foreach (var (inputs, outputs, side, stride) in Shapes)
                foreach (var batch in new[] { 1, 3 })
                    foreach (var half in new[] { false, true })
                        foreach (var product in new[] { false, true })
                            cases.Add(inputs, outputs, side, stride, batch, half, product);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Values_and_both_gradients_are_those_of_double_precision(int inputs, int outputs, int side, int stride, int batch, bool half, bool product)
    {
        Assert.SkipWhen(!product && ProcessorFeatures.HidesCaches, "libtorch's own 1 x 1 convolutions are wrong on a processor that hides its caches.");
        var type = half ? ScalarType.BFloat16 : ScalarType.Float32;
        var expected = Run(inputs, outputs, side, stride, batch, type, computed: ScalarType.Float64, product: false);
        var actual = Run(inputs, outputs, side, stride, batch, type, computed: type, product);
        foreach (var (what, values) in expected) Same.Within(half ? 1e-2 : 1e-5, values, actual[what], what);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bias_is_added_in_both_forms(bool product)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var layer = Layer(16, 24, stride: 2, bias: true);
        var input = Layout.ChannelsLast(randn(2, 16, 5, 7));
        var places = input.to(ScalarType.Float64).permute(0, 2, 3, 1)[TensorIndex.Colon, TensorIndex.Slice(step: 2), TensorIndex.Slice(step: 2)];
        var (weight, bias) = (layer.Slots.First().Slot.Value.to(ScalarType.Float64), layer.Slots.Last().Slot.Value.to(ScalarType.Float64));
        var expected = places.matmul(weight.flatten(1).t()).add(bias).permute(0, 3, 1, 2);
        Same.Within(1e-5, Same.Doubles(expected), Same.Doubles(layer.Apply(input, new Pass(Training: false, Products: product))), "with bias");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_result_of_the_product_is_channels_last_without_a_copy(int stride)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var result = Layer(16, 24, stride, bias: false).Apply(Layout.ChannelsLast(randn(2, 16, 6, 8)), new Pass(Training: false, Products: true));
        Assert.Equal([2L, 24, 6 / stride, 8 / stride], result.shape);
        Assert.True(result.permute(0, 2, 3, 1).is_contiguous());
    }

    [Fact]
    public void Pictures_in_plain_memory_give_the_same_values()
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var (layer, plain) = (Layer(16, 24, stride: 1, bias: false), randn(2, 16, 6, 8));
        var pass = new Pass(Training: false, Products: true);
        Same.Within(1e-6, Same.Doubles(layer.Apply(Layout.ChannelsLast(plain), pass)), Same.Doubles(layer.Apply(plain, pass)), "plain memory");
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1, true, true, true)]
    [InlineData(ScalarType.Float32, 2, true, false, true)]
    [InlineData(ScalarType.BFloat16, 1, true, false, true)]
    [InlineData(ScalarType.BFloat16, 2, true, true, true)]
    [InlineData(ScalarType.Float32, 1, false, true, false)]
    [InlineData(ScalarType.Float32, 2, false, true, false)]
    [InlineData(ScalarType.BFloat16, 1, false, true, true)]
    [InlineData(ScalarType.BFloat16, 2, false, true, false)]
    [InlineData(ScalarType.BFloat16, 1, false, false, false)]
    [InlineData(ScalarType.Float64, 1, true, true, false)]
    public void Hidden_caches_or_bfloat16_with_stride_1_make_it_a_product(ScalarType type, int stride, bool hidesCaches, bool hasBfloat16, bool expected) =>
        Assert.Equal(expected, PointwiseConvolution.IsProduct(type, stride, hidesCaches, hasBfloat16));

    [Fact]
    public void Networks_differ_in_the_last_bits_by_form_so_that_tests_of_both_test_two_things()
    {
        Assert.SkipWhen(ProcessorFeatures.HidesCaches, "libtorch's own 1 x 1 convolutions are wrong on a processor that hides its caches.");
        Assert.NotEqual(Run(512, 128, 4, 1, 3, ScalarType.Float32, ScalarType.Float32, product: false)["values"], Run(512, 128, 4, 1, 3, ScalarType.Float32, ScalarType.Float32, product: true)["values"]);
    }

    // Numbers of type "type", computed in type "computed".
    private static Dictionary<string, double[]> Run(int inputs, int outputs, int side, int stride, int batch, ScalarType type, ScalarType computed, bool product)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var layer = Layer(inputs, outputs, stride, bias: false);
        var weight = layer.Slots.Single().Slot;
        weight.Replace(weight.Value.to(type).to(computed, copy: true).requires_grad_(true));
        var input = Layout.ChannelsLast(randn([batch, inputs, side, side + 1], generator: generator)).to(type).to(computed, copy: true).requires_grad_(true);
        var output = layer.Apply(input, new Pass(Training: true, Products: product));
        var slope = randn([.. output.shape], generator: generator).to(type).to(computed);
        output.backward([slope]);
        return new() { ["values"] = Same.Doubles(output), ["gradient of the input"] = Same.Doubles(input.grad!), ["gradient of the weight"] = Same.Doubles(weight.Value.grad!) };
    }

    private static Convolution Layer(int inputs, int outputs, int stride, bool bias)
    {
        var layer = new Convolution(inputs, outputs, kernel: 1, stride, bias: bias);
        using var generator = new Generator(3);
        layer.Initialise(generator);
        return layer;
    }
}
