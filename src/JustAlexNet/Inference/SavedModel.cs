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

    /// <summary>Under which terms the weights may be used, where that is known.</summary>
    public string? Licence { get; private init; }

    /// <summary>What a person should know, a sentence each: names of entries that were changed, counters that the file lacks.</summary>
    public IReadOnlyList<string> Notes { get; private init; } = [];

    /// <summary>
    /// Loads a checkpoint of ours, or a state dictionary of PyTorch or safetensors (plain, or under <c>state_dict</c>, <c>model</c> or <c>model_state_dict</c>).
    /// </summary>
    /// <exception cref="WeightsException">No such file, damaged, hostile, or its weights do not fit the network.</exception>
    /// <exception cref="PredictionException">Something is missing or contradicts the file.</exception>
    public static SavedModel Open(string path, SavedModelOptions? options = null) => Open(PretrainedWeights.OpenFile(path), options);

    /// <summary>Makes the network that weights belong to, with what they bring along.</summary>
    /// <exception cref="WeightsException">They do not fit the network.</exception>
    /// <exception cref="PredictionException">Something is missing or contradicts them.</exception>
    public static SavedModel Open(PretrainedWeights weights, SavedModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        options ??= new SavedModelOptions();
        var path = weights.Path;
        var variant = Variant(weights, options);
        var preprocessing = Prepared(weights, options, variant);
        if (!weights.State.Tensors.TryGetValue($"{variant.HeadName}.weight", out var head) || head.Shape.Count != 2)
            throw new PredictionException($"{path} does not fit {variant.Name}: it has no {variant.HeadName}.weight (classes x features).\nPass the --model that the weights were trained with.");
        var classes = weights.Classes ?? [.. Enumerable.Range(0, (int)head.Shape[0]).Select(i => $"class {i}")];
        if (options.ClassMap is { } map)
        {
            var names = Inference.ClassMap.Read(map);
            if (names.Count != classes.Count) throw new PredictionException($"{map} names {names.Count} classes, {path} has {classes.Count}.\nPass the class_to_idx.json that was written with the checkpoint.");
            classes = names;
        }

        var home = ComputeDevice.Select(options.Device);
        var network = variant.Create(classes.Count, seed: null);
        try
        {
            var notes = weights.LoadInto(network);
            network.MoveTo(home);
            return new SavedModel(path, network, classes, preprocessing, weights.Checkpoint?.Data) { Licence = weights.Licence, Notes = [.. weights.Notes, .. notes] };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Frees the network.</summary>
    public void Dispose() => Network.Dispose();

    private static ModelVariant Variant(PretrainedWeights weights, SavedModelOptions options)
    {
        var path = weights.Path;
        if (weights.Arch is not { } arch)
        {
            if (options.Model is null) throw new PredictionException($"{path} does not say which network its weights belong to.\nPass --model: {string.Join(", ", ModelCatalogue.All.Select(m => m.Name))}.");
            return ModelCatalogue.Find(options.Model) ?? throw new PredictionException($"there is no network '{options.Model}' (justalexnet models lists them).");
        }

        if (options.Model is { } model && model != arch) throw new PredictionException($"{path} holds {arch}, --model says {model}.\nLeave --model out: the checkpoint knows.");
        return ModelCatalogue.Find(arch) ?? throw new PredictionException($"{path} holds '{arch}', a network that this program does not have (justalexnet models lists them).");
    }

    private static Preprocessing Prepared(PretrainedWeights weights, SavedModelOptions options, ModelVariant variant)
    {
        var path = weights.Path;
        if (weights.Preprocessing is { } known)
        {
            if (options.Preprocessing is not null)
                throw new PredictionException($"{path} says itself how its pictures are prepared; --preprocessing and --image-size are for weights that do not.\nLeave them out.");
            return known;
        }

        if (options.Preprocessing is null)
            throw new PredictionException($"{path} does not say how its pictures were prepared, and a guess would change predictions.\nPass --preprocessing imagenet (shorter side, centre crop) or squash, with --image-size.");
        if (options.Preprocessing.Side < variant.SmallestSide) throw new PredictionException($"--image-size is {options.Preprocessing.Side}, {variant.Name} needs {variant.SmallestSide} or more.");
        return options.Preprocessing;
    }
}
