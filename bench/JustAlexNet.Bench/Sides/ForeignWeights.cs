using JustAlexNet.Models;
using JustAlexNet.Weights;

namespace JustAlexNet.Bench.Sides;

/// <summary>A file as PyTorch's users have it: ResNet18's state dictionary, with random weights.</summary>
internal static class ForeignWeights
{
    /// <returns>The file, <c>resnet18.pth</c> in the folder.</returns>
    public static string Write(string folder)
    {
        var path = Path.Combine(folder, "resnet18.pth");
        using var network = ModelCatalogue.Find("resnet18")!.Create(FixedBatch.Classes);
        var state = new PickleDictionary(isOrderedDict: true);
        foreach (var (name, value) in network.State) state[name] = value;
        TorchFile.Write(path, state);
        return path;
    }
}
