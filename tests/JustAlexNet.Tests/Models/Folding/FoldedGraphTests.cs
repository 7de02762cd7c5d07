using JustAlexNet.Models.Folding;
using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Models.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class FoldedGraphTests
{
    [Fact]
    public void In_a_ResNet_all_normalisations_rectifiers_and_additions_are_part_of_convolutions()
    {
        using var graph = Of("resnet18");
        var convolutions = graph.Nodes.OfType<ConvolutionNode>().ToList();
        Assert.Equal((20, 8, 17), (convolutions.Count, convolutions.Count(c => c.Addend is not null), convolutions.Count(c => c.IsRectified)));
        Assert.All(convolutions, c => Assert.NotNull(c.Bias));
        Assert.Equal([typeof(PicturesNode), typeof(MaxPoolNode), typeof(GridAverageNode), typeof(FlattenNode), typeof(LinearNode)], graph.Nodes.Where(n => n is not ConvolutionNode).Select(n => n.GetType()));
    }

    [Fact]
    public void In_an_AlexNet_rectifiers_are_part_of_the_layers_before_them_and_weights_are_the_networks_own()
    {
        using var network = ModelCatalogue.Find("alexnet")!.Create(7);
        using var graph = new FoldedGraph(network, 224, 224);
        Assert.Equal((5, 2), (graph.Nodes.OfType<ConvolutionNode>().Count(c => c.IsRectified), graph.Nodes.OfType<LinearNode>().Count(l => l.IsRectified)));
        Assert.Empty(graph.Nodes.OfType<RectifierNode>());
        Assert.Same(network.State[0].Value, graph.Nodes.OfType<ConvolutionNode>().First().Weight);
    }

    [Fact]
    public void In_a_DenseNet_normalisations_of_concatenations_stay_and_transitions_convolve_means()
    {
        using var graph = Of("densenet121");
        var scaled = graph.Nodes.OfType<ScaleShiftNode>().ToList();
        Assert.Equal(58 + 3 + 1, scaled.Count);                         // before each layer's first convolution, in transitions, at the end
        Assert.All(scaled, node => Assert.True(node.IsRectified));
        Assert.Equal(58, graph.Nodes.OfType<ConcatenationNode>().Count());
        Assert.Equal(3, graph.Nodes.OfType<ConvolutionNode>().Count(c => c.Input is AveragePoolNode));
        Assert.Equal(58 + 1, graph.Nodes.OfType<ConvolutionNode>().Count(c => c.IsRectified));
    }

    [Fact]
    public void A_value_that_others_take_too_is_not_folded_away()
    {
        using var scope = NewDisposeScope();
        var convolution = new ConvolutionNode(new PicturesNode(new(3, 8, 8)), ones(3, 3, 1, 1), null, 1, 0);
        using var graph = new FoldedGraph(new AdditionNode(new RectifierNode(new ScaleShiftNode(convolution, [1, 2, 3], [0, 0, 0])), convolution));
        Assert.Equal([typeof(PicturesNode), typeof(ConvolutionNode), typeof(ScaleShiftNode), typeof(AdditionNode)], graph.Nodes.Select(n => n.GetType()));
        Assert.False(graph.Nodes.OfType<ConvolutionNode>().Single().IsRectified);
    }

    [Fact]
    public void Normalisation_is_folded_in_double_precision()
    {
        using var scope = NewDisposeScope();
        var (weight, bias) = (full([1, 1, 1, 1], 3f), full([1], 1f));
        var (scale, shift) = (1 + Math.Pow(2, -30), Math.Pow(2, -24));
        using var graph = new FoldedGraph(new ScaleShiftNode(new ConvolutionNode(new PicturesNode(new(1, 1, 1)), weight, bias, 1, 0), [scale], [shift]));
        var folded = graph.Nodes.OfType<ConvolutionNode>().Single();
        Assert.Equal([(float)(3 * scale)], folded.Weight.data<float>().ToArray());
        Assert.Equal([(float)(scale + shift)], folded.Bias!.data<float>().ToArray());
    }

    private static FoldedGraph Of(string name)
    {
        using var network = ModelCatalogue.Find(name)!.Create(7);
        return new FoldedGraph(network, 64, 64);        // folded weights outlive the network, and only shapes of the others are asked for
    }
}
