using JustAlexNet.Imaging;
using JustAlexNet.Models;
using JustAlexNet.Runtime;
using JustAlexNet.Training;
using JustAlexNet.Weights;

namespace JustAlexNet.Inference;

/// <summary>What a person may have to say about a file of weights; a checkpoint of ours knows all of it.</summary>
public sealed record SavedModelOptions
{
    /// <summary>The network. Needed for weights that are no checkpoint of ours; must not contradict one that is.</summary>
    public string? Model { get; init; }

    /// <summary>File of class names, see <see cref="ClassMap"/>. Null: the checkpoint's, or the indices for weights without names.</summary>
    public string? ClassMap { get; init; }

    /// <summary>How pictures are prepared, for weights that do not say so themselves.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>auto (default), cpu, cuda, cuda:N or mps.</summary>
    public string Device { get; init; } = "auto";
}

/// <summary>A trained network with everything that using it takes: classes and preprocessing. Single precision.</summary>
/// <remarks>Not thread-safe. Dispose frees the network.</remarks>
public sealed class SavedModel : IDisposable
{
    private SavedModel(string path, Network network, IReadOnlyList<string> classes, Preprocessing preprocessing, DataRecord? data)
        => (Path, Network, Classes, Preprocessing, Data) = (path, network, classes, preprocessing, data);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The network, on its device; freed with this object.</summary>
    public Network Network { get; }

    /// <summary>Class names in the order of the logits.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How pictures become its input.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>What it was trained on, where the file says so.</summary>
    public DataRecord? Data { get; }

    /// <summary>Loads a checkpoint of ours, or a state dictionary (plain, or under <c>model_state_dict</c> or <c>state_dict</c>) of PyTorch.</summary>
    /// <exception cref="WeightsException">No such file, damaged, hostile, or its weights do not fit the network.</exception>
    /// <exception cref="PredictionException">Something is missing or contradicts the file.</exception>
    public static SavedModel Open(string path, SavedModelOptions? options = null)
    {
        options ??= new SavedModelOptions();
        var root = TorchFile.Read(path);
        return Checkpoint.IsOne(root) ? OpenCheckpoint(Checkpoint.Of(path, root), options) : OpenWeights(path, root, options);
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => Network.Dispose();

    private static SavedModel OpenCheckpoint(Checkpoint checkpoint, SavedModelOptions options)
    {
        var path = checkpoint.Path;
        if (options.Model is { } model && model != checkpoint.Arch)
            throw new PredictionException($"{path} holds {checkpoint.Arch}, --model says {model}.\nLeave --model out: the checkpoint knows.");
        if (options.Preprocessing is not null)
            throw new PredictionException($"{path} says itself how its pictures are prepared; --preprocessing and --image-size are for weights that do not.\nLeave them out.");
        var variant = ModelCatalogue.Find(checkpoint.Arch)
            ?? throw new PredictionException($"{path} holds '{checkpoint.Arch}', a network that this program does not have (justalexnet models lists them).");
        var network = Fill(variant, checkpoint.Classes.Count, checkpoint.State, path, options.Device);
        return Complete(path, network, checkpoint.Classes, checkpoint.Preprocessing, checkpoint.Data, options);
    }

    private static SavedModel OpenWeights(string path, object? root, SavedModelOptions options)
    {
        if (root is not PickleDictionary dictionary) throw new PredictionException($"{path} holds no state dictionary but {root?.GetType().Name ?? "nothing"}.\nSave model.state_dict() in PyTorch, not the model.");
        foreach (var key in new[] { "model_state_dict", "state_dict" })
            if (dictionary.TryGetValue(key, out var inner) && inner is PickleDictionary nested)
            {
                dictionary = nested;
                break;
            }
        if (options.Model is null) throw new PredictionException($"{path} does not say which network its weights belong to.\nPass --model: {string.Join(", ", ModelCatalogue.All.Select(m => m.Name))}.");
        if (options.Preprocessing is null)
            throw new PredictionException($"{path} does not say how its pictures were prepared, and a guess would change predictions.\nPass --preprocessing imagenet (shorter side, centre crop) or squash, with --image-size.");
        var variant = ModelCatalogue.Find(options.Model) ?? throw new PredictionException($"there is no network '{options.Model}' (justalexnet models lists them).");
        if (options.Preprocessing.Side < variant.SmallestSide) throw new PredictionException($"--image-size is {options.Preprocessing.Side}, {variant.Name} needs {variant.SmallestSide} or more.");
        var state = StateLoading.Tensors(dictionary, path);
        if (!state.TryGetValue($"{variant.HeadName}.weight", out var head) || head.Shape.Count != 2)
            throw new PredictionException($"{path} does not fit {variant.Name}: it has no {variant.HeadName}.weight (classes x features).\nPass the --model that the weights were trained with.");
        var classes = (int)head.Shape[0];
        var network = Fill(variant, classes, state, path, options.Device);
        return Complete(path, network, [.. Enumerable.Range(0, classes).Select(i => $"class {i}")], options.Preprocessing, data: null, options);
    }

    private static Network Fill(ModelVariant variant, int classes, IReadOnlyDictionary<string, StoredTensor> state, string path, string device)
    {
        var home = ComputeDevice.Select(device);
        var network = variant.Create(classes, seed: null);
        try
        {
            StateLoading.CopyInto(network.State.ToDictionary(), state, path, variant.Name);
            network.MoveTo(home);
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static SavedModel Complete(string path, Network network, IReadOnlyList<string> classes, Preprocessing preprocessing, DataRecord? data, SavedModelOptions options)
    {
        try
        {
            if (options.ClassMap is { } map)
            {
                var names = Inference.ClassMap.Read(map);
                if (names.Count != classes.Count) throw new PredictionException($"{map} names {names.Count} classes, {path} has {classes.Count}.\nPass the class_to_idx.json that was written with the checkpoint.");
                classes = names;
            }
            return new SavedModel(path, network, classes, preprocessing, data);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }
}
