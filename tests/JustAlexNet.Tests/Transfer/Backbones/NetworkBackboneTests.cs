using JustAlexNet.Imaging;
using JustAlexNet.Models;
using JustAlexNet.Runs.Tests;
using JustAlexNet.Runtime;
using JustAlexNet.Tests.Support;
using JustAlexNet.Weights;
using static TorchSharp.torch;

namespace JustAlexNet.Transfer.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class NetworkBackboneTests : PretrainedFixture
{
    [Theory]
    [InlineData("alexnet", 63, 4096), InlineData("resnet18", 40, 512), InlineData("resnet34", 33, 512), InlineData("densenet121", 33, 1024), InlineData("densenet169", 33, 1664), InlineData("densenet201", 33, 1920)]
    public void Head_on_the_features_gives_the_logits(string name, int side, int width)
    {
        using var network = ModelCatalogue.Find(name)!.Create(classes: 5);
        using var pictures = Reference.Pictures(2, side, ScalarType.Float32);
        using var quiet = no_grad();
        using var features = network.Features(pictures);
        using var logits = network.Forward(pictures);
        using var applied = nn.functional.linear(features, network.Head.Weight, network.Head.Bias);

        Assert.Equal([2L, width], features.shape);
        Assert.Equal(width, network.FeatureCount);
        Same.Within(1e-6, Same.Doubles(logits), Same.Doubles(applied), name);
    }

    [Fact]
    public void Fingerprint_tells_weights_apart_and_not_heads()
    {
        using var one = Open(Weights(0));
        using var other = Open(Weights(1));
        using var again = new NetworkBackbone(one.With(classes: 3, head: null, seed: 5), one.Preprocessing);

        Assert.Equal(one.Fingerprint, again.Fingerprint);
        Assert.NotEqual(one.Fingerprint, other.Fingerprint);
    }

    [Fact]
    public void New_head_stands_on_the_same_network()
    {
        using var backbone = Open(Weights());
        var head = new LinearHead([.. Enumerable.Range(0, 2 * 512).Select(i => i / 1024.0)], [0.25, -4]);
        using var made = backbone.With(classes: 2, head, seed: 0);

        var (before, after) = (backbone.Network.State.ToDictionary(), made.State.ToDictionary());
        foreach (var name in before.Keys.Where(name => !name.StartsWith("fc.", StringComparison.Ordinal))) Assert.Equal(Same.Doubles(before[name]), Same.Doubles(after[name]));
        Assert.Equal(head.Weight, Same.Doubles(after["fc.weight"]));
        Assert.Equal(head.Bias, Same.Doubles(after["fc.bias"]));
    }

    [Fact]
    public void Preprocessing_is_imagenets_at_224_unless_said_otherwise()
    {
        Assert.Equal(Preprocessing.ImageNet(224), new PretrainedRequest(null, null, null).Resolve(null));
        Assert.Equal(Preprocessing.Squash(64), new PretrainedRequest(null, true, 64).Resolve(null));
        var stored = Preprocessing.Squash(96) with { HonourExifOrientation = false };
        Assert.Same(stored, new PretrainedRequest(null, null, null).Resolve(stored));
        Assert.Equal(Preprocessing.Squash(64) with { HonourExifOrientation = false }, new PretrainedRequest(null, null, 64).Resolve(stored));
        Assert.Equal(Preprocessing.ImageNet(96) with { HonourExifOrientation = false }, new PretrainedRequest(null, false, null).Resolve(stored));
    }

    [Fact]
    public void Weights_of_another_network_are_refused()
    {
        var fault = Assert.Throws<WeightsException>(() => PretrainedBackbone.Open(Weights(), new PretrainedRequest("densenet121", null, Side), download: null, ComputeDevice.Cpu, []));
        Assert.StartsWith($"{Weights()} does not fit densenet121\n  missing     features.conv0.weight ", fault.Message, StringComparison.Ordinal);
    }

    private static NetworkBackbone Open(string path) => PretrainedBackbone.Open(path, new PretrainedRequest(null, null, Side), download: null, ComputeDevice.Cpu, []);
}
