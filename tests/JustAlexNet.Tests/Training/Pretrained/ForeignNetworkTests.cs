using System.Text.Json;
using JustAlexNet.Models;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using JustAlexNet.Weights;
using TorchSharp;

namespace JustAlexNet.Training.Tests;

/// <summary>Files that a real PyTorch and torchvision wrote give the logits that they gave there.</summary>
[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class ForeignNetworkTests
{
    [Theory]
    [InlineData("alexnet")]
    [InlineData("resnet18")]
    [InlineData("densenet201")]
    public void File_of_torchvision_loads_strictly_in_every_form_and_gives_its_logits(string name)
    {
        using var scratch = new Scratch();
        var expected = JsonSerializer.Deserialize<double[]>(DebianPyTorch.RunOrSkip("foreign_network.py", [name, scratch.Folder]))!;
        WeightsConversion.Convert(scratch.At("legacy.pth"), scratch.At("converted.safetensors"));

        var before = Logits(name, null, out _);
        foreach (var form in new[] { "zip.pth", "legacy.pth", "first-versions.pth", "training.pth", "converted.safetensors" })
        {
            Same.Within(1e-5, expected, Logits(name, scratch.At(form), out var counters), $"{name}, {form}");
            Assert.Equal(form == "first-versions.pth" && name != "alexnet", counters > 0);
        }

        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Same.Within(1e-5, expected, before, "it could have differed"));
        Assert.True(WeightsDifference.Between(WeightsFile.Open(scratch.At("zip.pth")).FindState(), WeightsFile.Open(scratch.At("converted.safetensors")).FindState()).IsEqual);
    }

    private static double[] Logits(string name, string? path, out int counters)
    {
        using var scope = torch.NewDisposeScope();
        using var network = ModelCatalogue.Find(name)!.Create(classes: 7, seed: 1);
        counters = path is null ? 0 : LoadedWeights.Open(path).LoadInto(network, [.. Enumerable.Range(0, 7).Select(i => $"{i}")]).Counters;
        using var quiet = torch.no_grad();
        return Same.Doubles(network.Forward(torch.linspace(-2, 2, 3 * 64 * 64).view(1, 3, 64, 64)));
    }
}
