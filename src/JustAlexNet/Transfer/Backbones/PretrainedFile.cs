using JustAlexNet.Imaging;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using JustAlexNet.Training;
using JustAlexNet.Weights;

namespace JustAlexNet.Transfer;

/// <summary>What a file of weights is to become a backbone by; a checkpoint of ours knows all of it.</summary>
/// <param name="Model">The network; null: the checkpoint's, else resnet18. Must not contradict a checkpoint.</param>
/// <param name="Preprocessing"><c>squash</c> or <c>imagenet</c>; null: as the checkpoint says, else imagenet.</param>
/// <param name="ImageSize">Side of the input in pixels; null: the checkpoint's, else 224.</param>
internal sealed record PretrainedRequest(string? Model, string? Preprocessing, int? ImageSize)
{
    private const int StandardSide = 224;

    /// <summary>How pictures are prepared, given what the file says (null for nothing). Mean, deviation and all else stay the file's.</summary>
    public Preprocessing Resolve(Preprocessing? stored)
    {
        var side = ImageSize ?? stored?.Side ?? StandardSide;
        if (stored is not null && Preprocessing is null && side == stored.Side) return stored;
        var squash = Preprocessing is null ? stored?.Geometry is Squash : Preprocessing == "squash";
        var made = squash ? Imaging.Preprocessing.Squash(side) : Imaging.Preprocessing.ImageNet(side);
        return stored is null ? made : made with { Interpolation = stored.Interpolation, Mean = stored.Mean, Deviation = stored.Deviation, HonourExifOrientation = stored.HonourExifOrientation };
    }
}

/// <summary>From a file of weights to a backbone: the one place of this room that knows what such files look like.</summary>
internal static class PretrainedFile
{
    private const string StandardModel = "resnet18";

    /// <summary>Loads a checkpoint of ours, or a state dictionary of PyTorch (plain, or under <c>model_state_dict</c> or <c>state_dict</c>), strictly; the number of its classes is its own affair.</summary>
    /// <exception cref="WeightsException">No such file, damaged, hostile, or its weights do not fit the network.</exception>
    /// <exception cref="TransferException">The request contradicts the file.</exception>
    public static NetworkBackbone Open(string path, PretrainedRequest request, ComputeDevice device)
    {
        var root = TorchFile.Read(path);
        if (!Checkpoint.IsOne(root)) return Build(path, request.Model ?? StandardModel, State(path, root), request.Resolve(null), device);
        var checkpoint = Checkpoint.Of(path, root);
        if (request.Model is { } model && model != checkpoint.Arch)
            throw new TransferException($"{path} holds {checkpoint.Arch}, --model says {model}.\nLeave --model out: the checkpoint knows.");
        return Build(path, checkpoint.Arch, checkpoint.State, request.Resolve(checkpoint.Preprocessing), device);
    }

    private static IReadOnlyDictionary<string, StoredTensor> State(string path, object? root)
    {
        if (root is not PickleDictionary dictionary) throw new TransferException($"{path} holds no state dictionary.\nSave model.state_dict() in PyTorch, not the model.");
        foreach (var key in new[] { "model_state_dict", "state_dict" })
            if (dictionary.TryGetValue(key, out var inner) && inner is PickleDictionary nested) return StateLoading.Tensors(nested, path);
        return StateLoading.Tensors(dictionary, path);
    }

    private static NetworkBackbone Build(string path, string model, IReadOnlyDictionary<string, StoredTensor> state, Preprocessing preprocessing, ComputeDevice device)
    {
        var variant = ModelCatalogue.Find(model) ?? throw new TransferException($"{path} holds '{model}', a network that this program does not have (justalexnet models lists them).");
        if (preprocessing.Side < variant.SmallestSide) throw new TransferException($"--image-size is {preprocessing.Side}, {variant.Name} needs {variant.SmallestSide} or more.");
        if (!state.TryGetValue($"{variant.HeadName}.weight", out var head) || head.Shape.Count != 2)
            throw new TransferException($"{path} does not fit {variant.Name}: it has no {variant.HeadName}.weight (classes x features).\nPass the --model that the weights were trained with.");
        var network = variant.Create((int)head.Shape[0], seed: null);
        try
        {
            StateLoading.CopyInto(network.State.ToDictionary(), state, path, variant.Name);
            network.MoveTo(device);
            return new NetworkBackbone(network, preprocessing);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
