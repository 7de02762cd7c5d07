using System.Text.Json;
using JustAlexNet.Models;
using JustAlexNet.Tests.Support;
using JustAlexNet.TestSupport;
using TorchSharp;

namespace JustAlexNet.Weights.Tests;

[Collection(NativeTensors.Name), NoTensorLeft]
public sealed class NetworkExchangeTests
{
    [Theory]
    [InlineData("alexnet")]
    [InlineData("resnet18")]
    [InlineData("densenet201")]
    public void Network_of_ours_goes_strictly_into_torchvision_and_back_with_the_same_logits(string name)
    {
        using var scratch = new Scratch();
        using var scope = torch.NewDisposeScope();
        using var network = ModelCatalogue.Find(name)!.Create(classes: 3, seed: 1);
        using var empty = ModelCatalogue.Find(name)!.Create(classes: 3, seed: 2);
        var pictures = torch.linspace(-2, 2, 2 * 3 * 96 * 96).view(2, 3, 96, 96);
        var state = new PickleDictionary(isOrderedDict: true);
        foreach (var (entry, tensor) in network.State) state[entry] = tensor;
        TorchFile.Write(scratch.At("ours.pth"), new PickleDictionary { { "model_state_dict", state }, { "pictures", pictures } });

        var theirs = JsonSerializer.Deserialize<double[]>(DebianPyTorch.RunOrSkip("exchange_network.py", [name, scratch.At("ours.pth"), scratch.At("theirs.pth")]))!;
        var back = StateLoading.Tensors((PickleDictionary)TorchFile.Read(scratch.At("theirs.pth"))!, "theirs.pth");
        Assert.NotEqual(Logits(network, pictures), Logits(empty, pictures));
        StateLoading.CopyInto(empty.State.ToDictionary(), back, "theirs.pth", name);

        Same.Within(1e-5, theirs, Logits(network, pictures), $"{name}: torchvision's logits");
        Assert.Equal(Logits(network, pictures), Logits(empty, pictures));
    }

    private static double[] Logits(Network network, torch.Tensor pictures)
    {
        using var noGradient = torch.no_grad();
        using var logits = network.Forward(pictures);
        return Same.Doubles(logits);
    }
}
