using JustAlexNet.Models.Folding;
using JustAlexNet.Runtime;
using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Models.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class FoldedComputationTests
{
    private const int Classes = 10;

    public static TheoryData<string, bool> Networks => [.. ModelCatalogue.All.SelectMany(row => new[] { (row.Name, false), (row.Name, true) })];

    [Theory, MemberData(nameof(Networks))]
    public void Logits_and_features_are_those_of_the_plain_form(string name, bool hidesCaches)
    {
        using var quiet = no_grad();
        using var network = ModelCatalogue.Find(name)!.Create(Classes, seed: null);
        Reference.Fill(network);
        foreach (var side in new[] { 64, 128, 224 })
        {
            using var graph = new FoldedGraph(network, side, side);
            foreach (var count in hidesCaches ? new[] { 2 } : [1, 3, 32])
            {
                using var scope = NewDisposeScope();
                using var computation = new FoldedComputation(graph, count, Precision.Fp32, hidesCaches || ProcessorFeatures.HidesCaches);
                var pictures = Layout.ChannelsLast(Reference.Pictures(count, side, ScalarType.Float32));
                var (logits, features) = computation.Run(pictures);
                var (expected, what) = (Same.Doubles(network.Forward(pictures)), $"{name}, {count} of {side} px");
                Same.Within(1e-5, expected, Same.Doubles(logits), what);
                Same.Within(1e-5, Same.Doubles(network.Features(pictures)), Same.Doubles(features), $"{what}, features");
                if (name != "alexnet") Assert.NotEqual(expected, Same.Doubles(logits));     // they are two computations
                if (count == 3) Same.Within(1e-5, Same.Doubles(logits), [.. Enumerable.Range(0, count).SelectMany(i => Same.Doubles(computation.Run(pictures.narrow(0, i, 1)).Logits))], $"{what}, one by one");
            }
        }
    }

    [Theory]
    [InlineData("alexnet"), InlineData("resnet18"), InlineData("densenet121")]
    public void In_bfloat16_it_stays_as_near_to_float32_as_the_plain_form(string name)
    {
        Assert.SkipUnless(ProcessorFeatures.HasBfloat16, "The processor, or ONEDNN_MAX_CPU_ISA, has no bfloat16: oneDNN takes no weights of it.");
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var network = ModelCatalogue.Find(name)!.Create(Classes, seed: null);
        Reference.Fill(network);
        using var graph = new FoldedGraph(network, 64, 64);
        using var computation = new FoldedComputation(graph, 2, Precision.Bf16, ProcessorFeatures.HidesCaches);
        var pictures = Layout.ChannelsLast(Reference.Pictures(2, 64, ScalarType.Float32));
        var expected = Same.Doubles(network.Forward(pictures));
        var logits = computation.Run(pictures.to(ScalarType.BFloat16)).Logits;
        Assert.Equal(ScalarType.BFloat16, logits.dtype);
        Same.Within(0.1, expected, Same.Doubles(logits), name);
    }

    [Fact]
    public void Every_kind_of_step_can_be_computed_where_nothing_is_folded()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var pictures = Layout.ChannelsLast(Reference.Pictures(2, 4, ScalarType.Float32));
        GraphNode start = new PicturesNode(new(3, 4, 4));
        double[] scale = [2, -1, 0.5], shift = [0.25, 1, -1];
        var moved = new ScaleShiftNode(start, scale, shift);
        var both = new ConcatenationNode(new AdditionNode(moved, start), new RectifierNode(moved));
        var weight = ones(2, 6);
        using var graph = new FoldedGraph(new LinearNode(new FlattenNode(new GridAverageNode(both, 1)), weight, zeros(2)));
        using var computation = new FoldedComputation(graph, 2, Precision.Fp32, ProcessorFeatures.HidesCaches);
        var line = pictures * tensor(new[] { 2f, -1, 0.5f }).reshape(1, 3, 1, 1) + tensor(new[] { 0.25f, 1, -1 }).reshape(1, 3, 1, 1);
        var expected = cat([line + pictures, line.relu()], 1).mean([2, 3]).matmul(weight.t());
        Same.Within(1e-5, Same.Doubles(expected), Same.Doubles(computation.Run(pictures).Logits), "logits");
    }
}
