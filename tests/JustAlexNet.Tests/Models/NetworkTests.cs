using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Models.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class NetworkTests
{
    public static TheoryData<string> Names => [.. ModelCatalogue.All.Select(row => row.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Smallest_side_works_and_one_less_is_an_error_that_names_it(string name)
    {
        using var quiet = no_grad();
        using var network = ModelCatalogue.Find(name)!.Create(3);
        var side = network.SmallestSide;
        using var smallest = zeros(1, 3, side, side);
        using var logits = network.Forward(smallest);
        Assert.Equal([1L, 3L], logits.shape);
        if (side == 1) return;

        using var smaller = zeros(1, 3, side - 1, side);
        var error = Assert.Throws<ArgumentException>(() => network.Forward(smaller));
        Assert.StartsWith($"{name} needs pictures of at least {side} x {side} pixels, received {side - 1} x {side}", error.Message);
    }

    [Theory, MemberData(nameof(Names))]
    public void Parameters_number_as_the_catalogue_says(string name)
    {
        using var network = ModelCatalogue.Find(name)!.Create(1000, seed: null);
        Assert.Equal(ModelCatalogue.Find(name)!.Parameters, network.ParameterCount);
    }

    [Theory, MemberData(nameof(Names))]
    public void Convolution_weights_and_activations_stay_channels_last(string name)
    {
        using var quiet = no_grad();
        using var network = ModelCatalogue.Find(name)!.Create(3);
        Assert.All(network.State.Where(e => e.Value.dim() == 4), e => Assert.True(e.Value.stride(1) == 1 || e.Value.shape[1] == 1, e.Key));

        using var plain = rand(2, 3, 64, 64);
        using var pictures = Runtime.Layout.ChannelsLast(plain);
        var four = 0;
        using var logits = network.Forward(pictures, new Layers.Pass(Training: false, (layer, value) =>
        {
            if (value.dim() != 4 || value.shape[1] == 1 || value.shape[2] * value.shape[3] == 1) return;
            four++;
            Assert.True(value.stride(1) == 1, layer);
        }));
        Assert.True(four > 5);
    }

    [Fact]
    public void One_training_pass_reaches_every_parameter()
    {
        foreach (var name in new[] { "alexnet", "resnet18", "densenet121" })
        {
            using var network = ModelCatalogue.Find(name)!.Create(4);
            using var pictures = rand(2, 3, 64, 64);
            using var labels = tensor([1L, 3L]);
            using var logits = network.Forward(pictures, training: true);
            using var loss = nn.functional.cross_entropy(logits, labels);
            loss.backward();
            foreach (var (entry, value) in network.Parameters)
            {
                using var gradient = value.grad;
                Assert.True(gradient is not null, $"{name} {entry}");
            }
        }
    }

    [Fact]
    public void Dropout_acts_in_training_only_and_can_be_switched_off()
    {
        using var quiet = no_grad();
        using var pictures = rand(1, 3, 64, 64);
        using var dropping = new AlexNet(5);
        using var keeping = new AlexNet(5, dropout: 0);

        Assert.NotEqual(Run(dropping, pictures, training: true), Run(dropping, pictures, training: true));
        Assert.Equal(Run(dropping, pictures, training: false), Run(dropping, pictures, training: false));
        Assert.Equal(Run(keeping, pictures, training: true), Run(keeping, pictures, training: false));
    }

    [Theory]
    [InlineData("alexnet", 63, false)]
    [InlineData("resnet18", 32, true)]
    [InlineData("resnet18", 33, false)]
    [InlineData("densenet121", 60, true)]
    [InlineData("densenet121", 61, false)]
    public void One_picture_gives_normalisation_a_single_value_a_channel_up_to_a_certain_side(string name, int side, bool expected)
    {
        using var network = ModelCatalogue.Find(name)!.Create(2);
        Assert.Equal(expected, network.NormalisesSingleValues(side));

        using var picture = rand(1, 3, side, side);
        var failure = Record.Exception(() => network.Forward(picture, training: true).Dispose());
        Assert.Equal(expected, failure?.Message.Contains("batch normalisation needs more than one value a channel in training, received (1, ") == true);
    }

    [Fact]
    public void Trace_names_layers_with_their_shapes()
    {
        using var network = ModelCatalogue.Find("resnet18")!.Create(10);
        using var pictures = zeros(1, 3, 224, 224);

        var shapes = network.Trace(pictures).ToDictionary(e => e.Key, e => string.Join("x", e.Value));

        Assert.Equal("1x64x112x112", shapes["conv1"]);
        Assert.Equal("1x512x7x7", shapes["layer4"]);
        Assert.Equal("1x512x7x7", shapes["layer4.0.downsample.1"]);
        Assert.Equal("1x10", shapes["fc"]);
    }

    [Fact]
    public void Wrong_channels_and_wrong_arguments_are_named()
    {
        using var network = new AlexNet(2, seed: null);
        using var grey = zeros(1, 1, 64, 64);
        Assert.StartsWith("expected (N, 3, H, W), received (1, 1, 64, 64)", Assert.Throws<ArgumentException>(() => network.Forward(grey)).Message);
        Assert.StartsWith("expected 1 class or more", Assert.Throws<ArgumentOutOfRangeException>(() => new AlexNet(0)).Message);
        Assert.StartsWith("expected a probability from 0 to below 1", Assert.Throws<ArgumentOutOfRangeException>(() => new AlexNet(2, dropout: 1)).Message);
    }

    private static double[] Run(Network network, Tensor pictures, bool training)
    {
        using var logits = network.Forward(pictures, training);
        return Same.Doubles(logits);
    }
}
