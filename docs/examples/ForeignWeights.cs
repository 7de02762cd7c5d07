using JustAlexNet.Models;
using JustAlexNet.Training;
using JustAlexNet.Weights;

namespace Examples;

internal static class ForeignWeights
{
    public static void Run()
    {
        var weights = LoadedWeights.Open("resnet18.pth");       // or LoadedWeights.Open("imagenet", "resnet18")
        using var network = ModelCatalogue.Find("resnet18")!.Create(classes: 2);
        foreach (var note in weights.LoadInto(network, ["cat", "dog"]).Notes)
            Console.WriteLine(note);                                // the head is new: fc.weight, fc.bias

        var state = new PickleDictionary(isOrderedDict: true);
        foreach (var (name, tensor) in network.State)
            state[name] = tensor;
        TorchFile.Write("two-classes.pth", state);
        SafetensorsFile.Write("two-classes.safetensors", state);
    }
}
