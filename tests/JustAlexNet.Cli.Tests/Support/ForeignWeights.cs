using JustAlexNet.Models;
using JustAlexNet.TestSupport;
using JustAlexNet.Weights;

namespace JustAlexNet.Cli.Tests;

/// <summary>Weights as PyTorch's users save them.</summary>
internal static class ForeignWeights
{
    /// <summary>A resnet18 of random weights with 7 classes, in the scratch folder; returns its path.</summary>
    public static string Write(Scratch scratch)
    {
        var path = scratch.At("resnet18.pth");
        if (File.Exists(path)) return path;
        using var network = ModelCatalogue.Find("resnet18")!.Create(classes: 7);
        var state = new PickleDictionary(isOrderedDict: true);
        foreach (var (name, value) in network.State) state[name] = value;
        TorchFile.Write(path, state);
        return path;
    }
}
