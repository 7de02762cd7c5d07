using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Models.Layers.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class ActivationCountTests
{
    [Theory]
    [InlineData("alexnet", 63), InlineData("alexnet", 128), InlineData("resnet18", 33), InlineData("resnet34", 64), InlineData("densenet121", 64), InlineData("densenet201", 33)]
    public void Every_layer_counts_the_shape_that_it_computes(string model, int side)
    {
        using var network = ModelCatalogue.Find(model)!.Create(7);
        using var pictures = zeros([1, 3, side, side]);
        using var quiet = no_grad();
        var entered = new Dictionary<string, (Layer Layer, Extent Input)>();
        var compared = 0;
        network.Forward(pictures, new Pass(Training: false, LayerOutput: (path, output) =>
        {
            var (layer, input) = entered[path];
            Assert.Equal((path, ExtentOf(output)), (path, layer.Count(input, new ActivationCount(memoryEfficient: false))));
            compared++;
        })
        { LayerInput = (layer, input) => entered[layer.Path] = (layer, ExtentOf(input)) }).Dispose();
        Assert.True(compared > 15);
        Assert.Equal(new Extent(7, 1, 1), network.Count(side, memoryEfficient: false).Logits);
    }

    [Fact]
    public void Residual_network_keeps_results_of_convolutions_normalisations_and_pooling_but_the_picture_before_it()
    {
        using var network = ModelCatalogue.Find("resnet18")!.Create(10, seed: null);
        var count = network.Count(224, memoryEfficient: false).Activations;
        const long First = 64 * 112 * 112, Pooled = 64 * 56 * 56;
        Assert.Equal(First + Pooled + 8 * Pooled + 10 * (Pooled / 2) + 10 * (Pooled / 4) + 10 * (Pooled / 8) + 512 + 512 + 10, count.Kept);
        Assert.Equal(Pooled, count.IndexBytes);
        Assert.Equal(First + Pooled, count.Widest);
    }

    [Fact]
    public void Dense_network_that_saves_memory_keeps_less_than_half()
    {
        using var network = ModelCatalogue.Find("densenet121")!.Create(10, seed: null);
        Assert.InRange(network.Count(224, memoryEfficient: true).Activations.Kept, 1, network.Count(224, memoryEfficient: false).Activations.Kept / 2);
    }

    private static Extent ExtentOf(Tensor value) => value.dim() == 4 ? new(value.shape[1], value.shape[2], value.shape[3]) : new(value.shape[1], 1, 1);
}
