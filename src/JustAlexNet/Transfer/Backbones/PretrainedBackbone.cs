using JustAlexNet.Files;
using JustAlexNet.Imaging;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using JustAlexNet.Training;
using JustAlexNet.Weights;

namespace JustAlexNet.Transfer;

/// <summary>What a file of weights is to become a backbone by; a checkpoint of ours knows all of it.</summary>
/// <param name="Model">The network; null: the checkpoint's, else resnet18. Must not contradict a checkpoint.</param>
/// <param name="Squashes">Whether pictures are squashed to the square; null: as the checkpoint says, else not.</param>
/// <param name="ImageSize">Side of the input in pixels; null: the checkpoint's, else 224.</param>
internal sealed record PretrainedRequest(string? Model, bool? Squashes, int? ImageSize)
{
    private const int StandardSide = 224;

    /// <summary>How pictures are prepared, given what the file says (null for nothing). Mean, deviation and all else stay the file's.</summary>
    public Preprocessing Resolve(Preprocessing? stored)
    {
        var side = ImageSize ?? stored?.Side ?? StandardSide;
        if (stored is not null && Squashes is null && side == stored.Side) return stored;
        var made = Squashes ?? stored?.Geometry is Squash ? Preprocessing.Squash(side) : Preprocessing.ImageNet(side);
        return stored is null ? made : made with { Interpolation = stored.Interpolation, Mean = stored.Mean, Deviation = stored.Deviation, HonourExifOrientation = stored.HonourExifOrientation };
    }
}

/// <summary>From weights to a backbone: the one place of this room that knows where they come from.</summary>
internal static class PretrainedBackbone
{
    private const string StandardModel = "resnet18";

    /// <summary>Loads ImageNet's weights, a checkpoint of ours or a file of PyTorch, strictly but for the head, which is left out anyway.</summary>
    /// <param name="source"><c>imagenet</c> or a path.</param>
    /// <param name="request">What the caller says about it.</param>
    /// <param name="download">How the network is used; null: the defaults.</param>
    /// <param name="device">Where it shall compute.</param>
    /// <param name="notes">Receives what a person should know, a sentence each.</param>
    /// <param name="precision">What it shall compute in.</param>
    /// <param name="stop">Ends a download.</param>
    /// <exception cref="WeightsException">No such file, damaged, hostile, not to be downloaded, or its weights do not fit the network.</exception>
    /// <exception cref="TransferException">The request contradicts the file.</exception>
    public static NetworkBackbone Open(string source, PretrainedRequest request, DownloadOptions? download, ComputeDevice device, List<string> notes, Precision precision = Precision.Fp32, CancellationToken stop = default)
    {
        var weights = LoadedWeights.Open(source, request.Model ?? (source == LoadedWeights.ImageNet ? StandardModel : null), download, stop);
        var model = weights.Arch ?? request.Model ?? StandardModel;
        var variant = ModelCatalogue.Find(model) ?? throw new TransferException($"{source} holds '{model}', a network that this program does not have (justalexnet models lists them).");
        var preprocessing = request.Resolve(weights.Preprocessing);
        if (preprocessing.Side < variant.SmallestSide) throw new TransferException($"`image_size` is {preprocessing.Side}, {variant.Name} needs {variant.SmallestSide} or more.");
        var network = variant.Create(classes: 1, seed: 0);
        try
        {
            notes.AddRange((weights.LoadInto(network, ["none of the file's"]) with { Head = [] }).Notes);       // the head is taken off
            notes.AddRange(weights.Notes);
            if (weights.Licence is { } licence) notes.Add($"begins with the weights of {weights.Path}; {licence}");
            network.MoveTo(device);
            return new NetworkBackbone(network, preprocessing, precision) { Weights = weights };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
