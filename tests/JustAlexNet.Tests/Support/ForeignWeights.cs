using JustAlexNet.Models;
using JustAlexNet.Weights;

namespace JustAlexNet.Tests.Support;

/// <summary>Weights as PyTorch's users save them; the tests of the command and bench/ compile this file too.</summary>
internal static class ForeignWeights
{
    /// <summary>A plain state dictionary of random weights, unless the file is there; returns its path.</summary>
    public static string Write(string path, string model = "resnet18", int classes = 7, long seed = 0)
    {
        if (File.Exists(path)) return path;
        using var network = ModelCatalogue.Find(model)!.Create(classes, seed);
        var state = new PickleDictionary(isOrderedDict: true);
        foreach (var (name, value) in network.State) state[name] = value;
        TorchFile.Write(path, state);
        return path;
    }
}
