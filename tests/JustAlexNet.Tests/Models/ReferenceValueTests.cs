using JustAlexNet.Models.Layers;
using JustAlexNet.Runtime;
using JustAlexNet.Tests.Support;
using static TorchSharp.torch;

namespace JustAlexNet.Models.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class ReferenceValueTests
{
    public static TheoryData<string> Names => ["alexnet", "resnet18", "densenet201"];

    [Theory, MemberData(nameof(Names))]
    public void State_has_torchvisions_names_shapes_and_order(string name)
    {
        using var network = ModelCatalogue.Find(name)!.Create(1000, seed: null);
        var golden = Reference.Json($"{name}.json");

        var expected = golden.GetProperty("state").EnumerateArray().Select(e => $"{e[0]} {e[1].GetRawText().Replace(" ", "")} {e[2]}");
        var actual = network.State.Select(e => $"{e.Key} [{string.Join(",", e.Value.shape)}] {e.Value.dtype.ToString().ToLowerInvariant()}");

        Assert.Equal(expected, actual);
        Assert.Equal(golden.GetProperty("parameters").GetInt64(), network.ParameterCount);
        Assert.Equal(network.ParameterCount, ModelCatalogue.Find(name)!.Parameters);
    }

    [Theory, MemberData(nameof(Names))]
    public void Logits_and_inner_layers_in_double_precision_match_torchvision(string name) => Compare(name, ScalarType.Float64, 1e-9, products: null);

    [Theory]
    [InlineData("alexnet", null)]
    [InlineData("resnet18", true), InlineData("resnet18", false), InlineData("densenet201", true), InlineData("densenet201", false)]
    public void Logits_and_inner_layers_in_single_precision_match_torchvision_in_either_form_of_1_x_1_convolutions(string name, bool? products)
    {
        Assert.SkipWhen(products == false && ProcessorFeatures.HidesCaches, "libtorch's own 1 x 1 convolutions are wrong on a processor that hides its caches.");
        Compare(name, ScalarType.Float32, 1e-5, products);
    }

    private static void Compare(string name, ScalarType type, double tolerance, bool? products)
    {
        using var quiet = no_grad();
        using var network = ModelCatalogue.Find(name)!.Create(1000, seed: null);
        Reference.Fill(network);
        network.ConvertTo(type);
        network.PointwiseProducts = products;
        var golden = Reference.Json($"{name}.json");
        using var pictures = Reference.Pictures(2, 224, type);
        var taps = golden.GetProperty("taps").EnumerateObject().ToDictionary(t => t.Name, t => t.Value);
        var seen = new Dictionary<string, double[]>();
        using var logits = network.Forward(pictures, new Pass(Training: false, (layer, value) =>
        {
            if (taps.ContainsKey(layer)) seen[layer] = Same.Doubles(value);
        }));

        foreach (var (layer, tap) in taps)
        {
            var values = seen[layer];
            var mean = values.Average();
            var deviation = Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
            Same.Within(tolerance, Reference.Numbers(tap.GetProperty("first")), values[..8], layer);
            Same.Within(tolerance, [tap.GetProperty("mean").GetDouble(), tap.GetProperty("std").GetDouble()], [mean, deviation], $"{layer} mean and deviation");
        }
        var expected = golden.GetProperty("logits").EnumerateArray().SelectMany(Reference.Numbers).ToArray();
        Same.Within(tolerance, expected, Same.Doubles(logits), "logits");
        using var unwatched = network.Forward(pictures);        // where nobody watches the layers, dense blocks are computed in one piece
        Same.Within(tolerance, expected, Same.Doubles(unwatched), "logits, unwatched");
    }
}
